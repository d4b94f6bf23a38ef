/** Building elements without a framework: `h("p", {class: "text-sm"}, "Hello")`. Text is always text, never markup. */
type Child = Node | string | number | null | undefined | false;
type Listener = (event: Event) => void;
export type Props = Record<string, string | number | boolean | null | undefined | Listener>;

/** Makes an element; `on…` props are listeners, `true` an empty attribute, `false`/`null` none. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...real(children));
  return element;
}

/** Puts `children` in place of what `element` holds; `false` and `null` are left out. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...real(children));
}

function real(children: Child[]): (Node | string)[] {
  return children
    .filter((child): child is Node | string | number => child !== null && child !== undefined && child !== false)
    .map((child) => (typeof child === "number" ? String(child) : child));
}

/** The address of the icon sprite, read from an icon the page already shows. */
function sprite(): string {
  return document.querySelector("use")?.getAttribute("href")?.split("#")[0] ?? "/static/icons.svg";
}

/** A Lucide icon of the page's sprite (names in `frontend/icons.txt`), hidden from screen readers. */
export function icon(name: string, size: "" | "sm" | "lg" = ""): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", size ? `icon icon-${size}` : "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite()}#${name}`);
  svg.append(use);
  return svg;
}
