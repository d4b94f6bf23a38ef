/** A customer's session with one programme: who they are to the server, kept in the shop's own storage. */
import type { Attachment } from "../live/protocol";
import { upload } from "../live/upload";
import type { Language } from "./words";

export interface Session {
  token: string;
  visitor_key: string;
  socket_url: string;
  file_max_bytes: number;
  programme: { id: string; name: string; greeting: string; colour: string };
  customer: { id: string; name: string };
  open: { agents_available: number; waiting: number; estimate_seconds: number | null };
}

/** localStorage where there is one; else memory, so that a strict browser still gets a chat. */
export function storage(): Storage {
  try {
    localStorage.setItem("tideline:probe", "1");
    localStorage.removeItem("tideline:probe");
    return localStorage;
  } catch {
    const data = new Map<string, string>();
    return {
      getItem: (key: string) => data.get(key) ?? null,
      setItem: (key: string, value: string) => void data.set(key, value),
      removeItem: (key: string) => void data.delete(key),
    } as unknown as Storage;
  }
}

/** Asks for a session, as the visitor this browser was before. Throws when the server refuses or is away. */
export async function openSession(origin: string, siteKey: string, language: Language, store: Storage): Promise<Session> {
  const key = `tideline:visitor:${siteKey}`;
  const known = store.getItem(key);
  const response = await fetch(`${origin}/widget/session/`, {
    method: "POST",
    credentials: "omit",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ site_key: siteKey, language, ...(known ? { visitor_key: known } : {}) }),
  });
  if (!response.ok) throw new Error(`session ${response.status}`);
  const session = (await response.json()) as Session;
  store.setItem(key, session.visitor_key);
  return session;
}

/** Uploads a file for the customer's conversation. */
export function uploadFile(
  origin: string,
  token: string,
  conversation: string,
  file: File,
  progress: (done: number) => void,
  signal: AbortSignal,
): Promise<Attachment> {
  return upload(file, { url: `${origin}/widget/attachments/`, fields: { token, conversation } }, progress, signal);
}

/** Sends the customer's rating: it is stored (now or before), it comes too late, or it failed. */
export async function sendRating(origin: string, token: string, segment: string, csat: number, comment: string): Promise<"stored" | "late" | "failed"> {
  const response = await fetch(`${origin}/widget/rating/`, {
    method: "POST",
    credentials: "omit",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token, segment, csat, comment }),
  });
  if (response.ok) return "stored";
  const { code } = (await response.json().catch(() => ({}))) as { code?: string };
  if (code === "quality.already_rated") return "stored";
  return code === "quality.rating_too_late" ? "late" : "failed";
}
