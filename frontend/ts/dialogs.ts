/** Any `[data-opens="ID"]` opens the `<dialog>` of that id; `[data-closes]` inside one closes it. One listener for the page. */
export function openDialogs(event: Event): void {
  const target = event.target as Element;
  const opener = target.closest<HTMLElement>("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens ?? "");
    if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
    return;
  }
  if (target.closest("[data-closes]")) target.closest("dialog")?.close();
  // A click on the backdrop reaches the dialog itself, outside its box.
  if (target instanceof HTMLDialogElement && event instanceof MouseEvent) {
    const box = target.getBoundingClientRect();
    const inside =
      event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside && (event.clientX || event.clientY)) target.close();
  }
}

document.addEventListener("click", openDialogs);
