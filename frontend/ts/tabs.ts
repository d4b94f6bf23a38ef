/** Tabs in one row that is wider than the window (`[data-tabs]`): the open one is scrolled to its middle. */
export function showOpenTabs(): void {
  for (const row of document.querySelectorAll<HTMLElement>("[data-tabs]")) {
    const open = row.querySelector('[aria-current="page"]')?.getBoundingClientRect();
    const seen = row.getBoundingClientRect();
    if (open) row.scrollLeft += open.left + open.width / 2 - (seen.left + seen.width / 2);
  }
}
