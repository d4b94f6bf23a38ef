/** The widget's own styles, inside its shadow root: nothing leaks in or out. `--c` is the client's colour. */
export const STYLES = `
:host { all: initial; }
* { box-sizing: border-box; }
.root {
  --bg: #fff; --fg: #16211f; --muted: #54635f; --line: #d7dedc; --soft: #f2f6f5; --bad: #b42318;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  color: var(--fg);
}
@media (prefers-color-scheme: dark) {
  .root { --bg: #17211f; --fg: #eaf1ef; --muted: #a9b8b4; --line: #35443f; --soft: #212d2a; --bad: #ff9b91; }
}
button, textarea, input, select { font: inherit; color: inherit; }
button { cursor: pointer; }
:focus-visible { outline: 3px solid var(--c); outline-offset: 2px; }
[hidden] { display: none !important; }
.launch {
  position: fixed; right: 20px; bottom: 20px; z-index: 2147483000; min-height: 52px; padding: 0 20px;
  display: flex; align-items: center; gap: 10px; border: 0; border-radius: 26px; background: var(--c); color: var(--on);
  font-weight: 600; box-shadow: 0 4px 16px rgb(0 0 0 / .2);
}
.badge { min-width: 22px; padding: 0 6px; border-radius: 11px; background: var(--on); color: var(--c); font-size: 14px; }
.panel {
  position: fixed; right: 20px; bottom: 20px; z-index: 2147483001; width: 380px; height: min(640px, calc(100dvh - 40px));
  display: flex; flex-direction: column; overflow: hidden; border: 1px solid var(--line); border-radius: 12px;
  background: var(--bg); box-shadow: 0 8px 40px rgb(0 0 0 / .22);
}
@media (max-width: 480px) { .panel { inset: 0; width: auto; height: 100dvh; border: 0; border-radius: 0; } }
header { display: flex; align-items: center; gap: 8px; padding: 12px 8px 12px 16px; background: var(--c); color: var(--on); }
header h2 { flex: 1; margin: 0; font-size: 16px; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
header button { border: 0; background: none; color: inherit; min-width: 40px; min-height: 40px; border-radius: 8px; }
header button:focus-visible { outline-color: var(--on); }
.note { margin: 0; padding: 8px 16px; font-size: 14px; background: var(--soft); border-bottom: 1px solid var(--line); }
.note.bad { color: var(--bad); }
.body { flex: 1; overflow-y: auto; padding: 16px; }
.log { display: flex; flex-direction: column; gap: 12px; margin: 0; padding: 0; list-style: none; }
.log p { margin: 0; padding: 8px 12px; border-radius: 12px; white-space: pre-wrap; overflow-wrap: anywhere; }
.log small { display: block; margin-top: 2px; color: var(--muted); font-size: 12px; }
.agent { align-self: flex-start; max-width: 85%; } .agent p { background: var(--soft); border: 1px solid var(--line); }
.me { align-self: flex-end; max-width: 85%; text-align: end; } .me p { background: var(--c); color: var(--on); text-align: start; }
.me.waiting p { opacity: .75; }
.system { align-self: center; color: var(--muted); font-size: 14px; text-align: center; }
.bad { color: var(--bad); }
.typing { min-height: 22px; margin: 8px 0 0; color: var(--muted); font-size: 14px; }
form { display: flex; flex-direction: column; gap: 12px; }
.compose { gap: 8px; padding: 12px; border-top: 1px solid var(--line); }
.compose.row { flex-direction: row; }
.write { display: flex; align-items: flex-end; gap: 8px; }
.write textarea { flex: 1; min-width: 0; }
.attach { min-width: 44px; min-height: 44px; border: 1px solid var(--line); border-radius: 8px; background: none; font-size: 22px; line-height: 1; }
.tray { display: flex; flex-direction: column; gap: 6px; max-height: 160px; overflow-y: auto; margin: 0; padding: 0; list-style: none; }
.tray li { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; padding: 4px 4px 4px 8px; border: 1px solid var(--line); border-radius: 8px; font-size: 14px; }
.tray img { width: 36px; height: 36px; border-radius: 4px; object-fit: cover; }
.tray-name { flex: 1 1 80px; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.tray-error { flex-basis: 100%; order: 9; color: var(--bad); }
.tray progress { width: 72px; accent-color: var(--c); }
.tray button { min-width: 32px; min-height: 32px; border: 0; border-radius: 6px; background: none; }
.file { display: block; color: inherit; overflow-wrap: anywhere; }
.file img { display: block; max-width: 100%; height: auto; margin: 4px 0; border-radius: 8px; background: var(--bg); }
label { display: block; margin-bottom: 4px; font-size: 14px; font-weight: 600; }
textarea, input[type=text], select { width: 100%; padding: 10px 12px; border: 1px solid var(--muted); border-radius: 8px; background: var(--bg); resize: none; }
.primary { min-height: 44px; padding: 0 18px; border: 0; border-radius: 8px; background: var(--c); color: var(--on); font-weight: 600; }
.plain { min-height: 44px; padding: 0 14px; border: 1px solid var(--line); border-radius: 8px; background: none; }
.small { min-height: 28px; padding: 0 8px; font-size: 13px; }
.row { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
fieldset { margin: 0; padding: 0; border: 0; } legend { padding: 0; margin-bottom: 8px; font-weight: 600; }
.rates { display: flex; gap: 6px; }
.rates label { flex: 1; margin: 0; cursor: pointer; text-align: center; font-weight: 400; font-size: 12px; color: var(--muted); }
.rates input { position: absolute; opacity: 0; }
.rates span { display: grid; place-items: center; min-height: 44px; border: 1px solid var(--muted); border-radius: 8px; font-size: 18px; font-weight: 600; color: var(--fg); }
.rates input:checked + span { background: var(--c); color: var(--on); border-color: var(--c); }
.rates input:focus-visible + span { outline: 3px solid var(--c); outline-offset: 2px; }
.done { display: flex; flex-direction: column; gap: 12px; margin-top: 16px; padding-top: 16px; border-top: 1px solid var(--line); }
.greeting { margin: 0 0 16px; white-space: pre-wrap; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (prefers-reduced-motion: no-preference) { .panel { animation: rise .14s ease-out; } @keyframes rise { from { transform: translateY(8px); opacity: 0; } } }
`;

/** Black or white, whichever reads better on `colour` (WCAG relative luminance). */
export function readableOn(colour: string): string {
  const channels = [1, 3, 5].map((i) => {
    const value = Number.parseInt(colour.slice(i, i + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * (channels[0] ?? 0) + 0.7152 * (channels[1] ?? 0) + 0.0722 * (channels[2] ?? 0);
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? "#ffffff" : "#000000";
}
