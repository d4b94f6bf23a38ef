/**
 * `<seat-grid>` around a table of number fields: the arrow keys and Enter move between cells, Shift with an arrow
 * copies the number there; the first planned row is scrolled into view. A wrong cell is unmarked when it is typed
 * into. A form marked `data-takes-seats` is sent with the cells that differ from the plan (`data-stored`), so that what
 * it adds costs none of them. Without scripts it stays a plain table of fields. Fires `change` from each cell it fills.
 */
const STEPS: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  Enter: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

export class SeatGrid extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("keydown", this.#key);
    this.addEventListener("input", this.#mend);
    document.addEventListener("submit", this.#lend);
    this.#showFirst();
  }

  /** Scrolls the table so that the first planned half hour is seen, or the morning where nothing is planned yet. */
  #showFirst(): void {
    const box = this.querySelector<HTMLElement>(".overflow-auto");
    const fields = [...this.querySelectorAll("input")];
    const first = fields.find((field) => field.value !== "")?.closest("tr") ?? this.querySelectorAll("tbody tr")[16];
    if (box && first instanceof HTMLElement) box.scrollTop = Math.max(0, first.offsetTop - first.offsetHeight * 2);
  }

  disconnectedCallback(): void {
    this.removeEventListener("keydown", this.#key);
    this.removeEventListener("input", this.#mend);
    document.removeEventListener("submit", this.#lend);
  }

  /** A wrong cell is wrong no longer than until it is typed into; with the last of them goes the word above. */
  #mend = (event: Event): void => {
    if (!(event.target instanceof HTMLInputElement)) return;
    event.target.removeAttribute("aria-invalid");
    if (!this.querySelector("[aria-invalid]")) this.querySelector("[data-wrong-cells]")?.remove();
  };

  /** Gives the cells that differ from the plan to another form of the page that is being sent. */
  #lend = (event: Event): void => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !("takesSeats" in form.dataset)) return;
    for (const old of form.querySelectorAll("[data-lent]")) old.remove();
    for (const cell of this.querySelectorAll("input")) {
      if (cell.value === cell.dataset.stored) continue;
      const lent = document.createElement("input");
      Object.assign(lent, { type: "hidden", name: cell.name, value: cell.value });
      lent.dataset.lent = "";
      form.append(lent);
    }
  };

  #key = (event: KeyboardEvent): void => {
    const from = event.target;
    const step = STEPS[event.key];
    if (!(from instanceof HTMLInputElement) || !step || event.altKey || event.ctrlKey || event.metaKey) return;
    const sideways = step[1] !== 0;
    if (sideways && !event.shiftKey && !this.#atEdge(from, step[1])) return;
    event.preventDefault();
    const to = this.#neighbour(from, step);
    if (!to) return;
    if (event.shiftKey && event.key !== "Enter" && to.value !== from.value) {
      to.value = from.value;
      to.dispatchEvent(new Event("input", { bubbles: true }));
      to.dispatchEvent(new Event("change", { bubbles: true }));
    }
    to.focus();
    to.select();
  };

  /** Left and right leave a cell only from the end of what is written in it, or when all of it is selected. */
  #atEdge(field: HTMLInputElement, direction: number): boolean {
    const { selectionStart: start, selectionEnd: end, value } = field;
    if (start === null || (start === 0 && end === value.length)) return true;
    return direction < 0 ? end === 0 : start === value.length;
  }

  /** The next cell that can be written in, in that direction. */
  #neighbour(from: HTMLInputElement, [down, right]: [number, number]): HTMLInputElement | null {
    const rows = [...this.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("input")]);
    let row = rows.findIndex((cells) => cells.includes(from));
    let column = rows[row]?.indexOf(from) ?? -1;
    for (;;) {
      row += down;
      column += right;
      const next = rows[row]?.[column];
      if (!next) return null;
      if (!next.disabled) return next;
    }
  }
}

customElements.define("seat-grid", SeatGrid);
