// What a student's page is told of what the teacher shows.

export interface Data {
  /** where it is asked */
  address: string;
  /** since when that is shown which the page knows of; null for nothing */
  since: number | null;
  /** whether the page shows it */
  follows: boolean;
}

export interface Shown {
  run?: string;
  epoch?: number | null;
  since?: number;
}
