/** Sending a file to the server ahead of its message, with progress. */
import type { Attachment } from "./protocol";

/** What a file dialog offers; the server looks at the content. */
export const KINDS = "image/png,image/jpeg,image/webp,image/gif,application/pdf,text/plain,.txt";

/** Why a file was not taken. `message` is the server's own words; empty when it could not be reached. */
export class NotTaken extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

export interface Address {
  url: string;
  headers?: Record<string, string>;
  fields?: Record<string, string>;
}

/** Uploads one file; `progress` hears from 0 to 1. Rejects with `NotTaken`. Aborting the signal stops it. */
export function upload(file: File, to: Address, progress: (done: number) => void, signal: AbortSignal): Promise<Attachment> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", to.url);
    request.responseType = "json";
    for (const [name, value] of Object.entries(to.headers ?? {})) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => {
      if (request.status === 201) resolve(request.response as Attachment);
      else reject(new NotTaken(reason(request.response), request.status));
    };
    request.onerror = () => reject(new NotTaken("", 0));
    request.onabort = () => reject(new NotTaken("", 0));
    signal.addEventListener("abort", () => request.abort());
    const form = new FormData();
    for (const [name, value] of Object.entries(to.fields ?? {})) form.set(name, value);
    form.set("file", file, file.name);
    request.send(form);
  });
}

/** The first message at a field of a problem document, else its title. */
function reason(problem: unknown): string {
  const { title = "", errors = {} } = (problem ?? {}) as { title?: string; errors?: Record<string, string[] | string> };
  return [...Object.values(errors).flat(), title].find(Boolean) ?? "";
}
