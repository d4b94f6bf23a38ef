/**
 * `<select data-own-time-zone>`: chooses the zone this device is in, once, where the server only guessed.
 * A choice the person made (the form came back with errors) stays.
 */
export function chooseOwnTimeZone(select: HTMLSelectElement): void {
  if (select.closest("form")?.querySelector("[data-error-summary]")) return;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...select.options].some((option) => option.value === zone)) select.value = zone;
}

document.querySelectorAll<HTMLSelectElement>("select[data-own-time-zone]").forEach(chooseOwnTimeZone);
