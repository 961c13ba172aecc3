// How the layer stack looks. `--depth` of a line is how many blocks it stands in.

export const CSS = `
.stack { font: 400 0.875rem/1.35 var(--st-font); color: var(--st-text-color); container-type: inline-size;
  --muted: color-mix(in srgb, var(--st-text-color) 68%, var(--st-background-color));
  --wrong: var(--st-red-text-color); --warned: var(--st-orange-text-color); }
.rows { position: relative; list-style: none; margin: 0; padding: 0; border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius); overflow: clip; }
.rows:empty { display: none; }
.row { position: relative; background: var(--st-background-color); border-bottom: 1px solid var(--st-border-color); }
.rows > li:last-child { border-bottom: 0; }
.line { display: grid; grid-template-columns: 14px 4px minmax(6rem, 1fr) auto minmax(3.6rem, auto) 6.4rem;
  align-items: center; column-gap: 8px; min-height: 2rem; padding: 0 4px 0 4px; cursor: default; user-select: none; }
.row:hover .line { background: var(--st-secondary-background-color); }
.row.selected .line { background: color-mix(in srgb, var(--st-primary-color) 11%, var(--st-background-color)); }
.grip { align-self: stretch; cursor: grab; touch-action: none; opacity: 0.3;
  background: radial-gradient(circle, currentColor 1px, transparent 1.4px) center / 5px 5px; margin: 9px 2px; }
.row:hover .grip { opacity: 0.75; }
svg { fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; display: block; }
.grip svg { display: none; }
.locked .grip { cursor: default; background: none; opacity: 0.75; margin: 0; display: grid; place-items: center; }
.locked .grip svg { display: block; width: 13px; height: 13px; }
.hue { align-self: stretch; margin: 5px 0; border-radius: 2px; }
.pick { all: unset; display: flex; gap: 0.5em; align-items: baseline; min-width: 0; cursor: pointer;
  padding: 5px 0; border-radius: 3px; }
.line:has(.pick:focus-visible) { outline: 2px solid var(--st-primary-color); outline-offset: -2px; }
.name { font-weight: 600; white-space: nowrap; }
.main { font-variant-numeric: tabular-nums; color: var(--muted); white-space: nowrap; overflow: hidden;
  text-overflow: ellipsis; }
.shapes, .parameters { font-size: 0.8rem; font-variant-numeric: tabular-nums; color: var(--muted); white-space: nowrap;
  text-align: right; }
.parameters { min-width: 3.6rem; }
.stack { --step: 16px; }
.rows > li { --indent: min(calc(var(--depth, 0) * var(--step)), 40%); padding-left: var(--indent); }
.rows > li::after { content: ''; position: absolute; inset: 0 auto 0 0; width: var(--indent); pointer-events: none;
  background: repeating-linear-gradient(to right, transparent 0 calc(var(--step) - 6px),
    color-mix(in srgb, var(--st-text-color) 22%, transparent) 0 calc(var(--step) - 5px), transparent 0 var(--step)); }
.head, .foot { position: relative; display: flex; align-items: center; gap: 6px; min-height: 1.55rem;
  background: var(--st-background-color); border-bottom: 1px solid var(--st-border-color); }
.head { font-size: 0.8rem; font-weight: 600; color: var(--muted); justify-content: space-between; padding-right: 4px; }
.into { all: unset; cursor: pointer; font-size: 0.8rem; color: var(--muted); padding: 2px 8px; border-radius: 4px; }
.into:hover { color: var(--st-primary-color); background: var(--st-secondary-background-color); }
.into:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: -2px; }
.actions { display: flex; justify-content: flex-end; visibility: hidden; }
.row:hover .actions, .row.selected .actions, .row:focus-within .actions { visibility: visible; }
.open .shapes, .open .parameters { opacity: 0.35; transition: opacity 0.2s 0.15s; }
.unreached .pick, .unreached .shapes { opacity: 0.45; }
.unreached .hue { opacity: 0.35; }
.trouble { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: center; padding: 2px 10px 7px 34px;
  font-size: 0.82rem; }
.trouble[hidden], .mend[hidden], .follow[hidden], .icon[hidden], .empty[hidden] { display: none; }
.message, .said { flex: 1 1 14rem; }
.remark { padding: 0 10px 4px 34px; font-size: 0.8rem; color: var(--muted); }
.remark[hidden] { display: none; }
.remark summary { cursor: pointer; width: max-content; border-radius: 3px; }
.remark summary:hover { color: var(--st-primary-color); }
.remark summary:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
.hint { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: center; padding: 2px 0 3px; color: var(--st-text-color); }
.wrong::before, .warned::before { content: ''; position: absolute; inset: 0 auto 0 0; width: 3px; z-index: 1; }
.wrong::before { background: var(--st-red-color); }
.warned::before { background: var(--st-orange-color); }
.wrong, .wrong .line, .wrong:hover .line { background: color-mix(in srgb, var(--st-red-color) 8%, var(--st-background-color)); }
.wrong .message, .wrong .name { color: var(--wrong); }
.warned .message { color: var(--warned); }
button { font: inherit; color: inherit; }
.icon { all: unset; box-sizing: border-box; width: 1.6rem; height: 1.6rem; display: grid; place-items: center;
  border-radius: 4px; cursor: pointer; font-size: 0.85rem; color: var(--muted); }
.icon:hover:enabled { background: color-mix(in srgb, var(--st-text-color) 12%, transparent); color: var(--st-text-color); }
.icon:focus-visible, .add:focus-visible, .mend:focus-visible, .follow:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 0; }
.icon:disabled { opacity: 0.3; cursor: default; }
.mend, .follow, .add { border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, 6px); cursor: pointer;
  background: var(--st-background-color); padding: 3px 10px; font-weight: 600; font-size: 0.82rem; }
.mend:hover, .follow:hover, .add:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
.bar { display: flex; align-items: center; gap: 4px; padding-bottom: 6px; }
.bar .add { margin-left: 4px; }
.heading { flex: 1; }
.empty { margin: 0; padding: 10px; border: 1px dashed var(--st-border-color); border-radius: var(--st-base-radius);
  color: var(--muted); }
.dragging .rows > li { transition: transform 0.12s ease-out; }
.dragging .rows > li.dragged { transition: none; z-index: 2; box-shadow: 0 3px 14px rgb(0 0 0 / 0.22); }
.dragging, .dragging * { cursor: grabbing !important; }
.live { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.menu { position: fixed; inset: auto; margin: 0; padding: 0; box-sizing: border-box; flex-direction: column;
  background: var(--st-background-color); color: var(--st-text-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius); box-shadow: 0 8px 30px rgb(0 0 0 / 0.2); overflow: hidden;
  font: 400 0.875rem/1.35 var(--st-font); }
.menu:popover-open { display: flex; }
.menu input { all: unset; padding: 9px 12px; border-bottom: 1px solid var(--st-border-color); font-size: 0.9rem; }
.menu input:focus-visible { box-shadow: inset 0 -2px 0 var(--st-primary-color); }
.results { overflow-y: auto; padding: 4px; overscroll-behavior: contain; }
.group { padding: 7px 8px 2px; font-size: 0.75rem; font-weight: 600; color: var(--muted); }
.offer { all: unset; box-sizing: border-box; width: 100%; display: grid; gap: 1px; padding: 4px 8px 5px 10px;
  border-left: 3px solid var(--hue); border-radius: 3px; margin: 1px 0; cursor: pointer; }
.offer span { font-size: 0.8rem; color: var(--muted); }
.offer:hover, .offer[aria-selected='true'] { background: color-mix(in srgb, var(--st-primary-color) 13%, var(--st-background-color)); }
.nothing { margin: 8px; color: var(--muted); }
@container (max-width: 460px) {
  .line { grid-template-columns: 14px 4px minmax(5rem, 1fr) auto; padding-block: 2px; }
  .pick { grid-column: 3 / 5; }
  .shapes { grid-column: 3; text-align: left; }
  .parameters { grid-column: 4; }
  .grip, .hue { grid-row: 1 / 3; }
  .actions { grid-column: 3 / 5; grid-row: 3; display: none; justify-content: flex-start; }
  .row.selected .actions { display: flex; }
  .stack { --step: 11px; }
  .head, .foot { min-height: 2.2rem; }
  .into { padding: 8px; }
  .icon { width: 2.2rem; height: 2.2rem; }
  .shapes:empty, .parameters:empty { display: none; }
}
`;
