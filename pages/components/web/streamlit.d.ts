// What Streamlit hands to the default export of a component, at every run of the page's script.

export interface Component<Data> {
  data: Data;
  /** Where the component builds; a shadow root where its style is kept apart. */
  parentElement: HTMLElement | ShadowRoot;
  /** A value that stays; the script runs again. */
  setStateValue(name: string, value: unknown): void;
  /** A value for one run of the script. */
  setTriggerValue(name: string, value: unknown): void;
}

/** Called when the component goes, and at once where a newer call overtook this one. */
export type Cleanup = () => void;
