// What Python sends to the board of a class.

export interface Card {
  /** of the student */
  id: string;
  name: string;
  standing: string;
  /** the same in the reader's language */
  stands: string;
  /** of the run that a click opens; empty where there is none */
  run: string;
  title: string;
  /** the `d` of a path in a picture of WIDTH × HEIGHT */
  path: string;
  running: boolean;
  score: string;
  best: string;
  epochs: string;
  seen: string;
}

export interface Data {
  cards: Card[];
  texts: Record<"nothing", string>;
  width: number;
  height: number;
}
