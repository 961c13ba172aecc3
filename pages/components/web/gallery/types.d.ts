// What Python sends to the gallery.

export interface Group {
  name: string;
  title: string;
}

export interface StartingPoint {
  name: string;
  group: string;
  title: string;
  summary: string;
  teaches: string;
  duration: string;
  /** what must be downloaded first; empty for what is here */
  fetch: string;
  /** where its picture is, relative to the page */
  picture: string;
  /** the names of its layers, in their order */
  layers: string;
  /** a colour for each layer, of its kind */
  hues: string[];
  /** all by which it is found, in small letters */
  words: string;
}

export interface Data {
  cards: StartingPoint[];
  groups: Group[];
  texts: Record<"search" | "groups" | "nothing" | "clear" | "all" | "layers" | "duration" | "found", string>;
}
