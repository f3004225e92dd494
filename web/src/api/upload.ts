import { Problem } from "./problem";
import { signInWanted } from "./session";

/** An upload under way: `done` is what the server answered, `cancel` ends it (then `done` fails with AbortError). */
export interface Upload<T> {
  done: Promise<T>;
  cancel: () => void;
}

/**
 * Send a form with files. `onProgress` is told how much of the body has left, from 0 to 1.
 *
 * XMLHttpRequest, because `fetch` cannot tell how much it has sent.
 */
export function upload<T>(
  path: string,
  form: FormData,
  onProgress: (part: number) => void,
  headers: Readonly<Record<string, string>> = {},
): Upload<T> {
  const request = new XMLHttpRequest();
  const done = new Promise<T>((resolve, reject) => {
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) {
        resolve(JSON.parse(request.responseText) as T);
        return;
      }
      if (request.status === 401) signInWanted();
      reject(Problem.parse(request.status, request.responseText));
    });
    request.addEventListener("error", () => reject(Problem.offline()));
    request.addEventListener("abort", () => reject(cancelled()));
  });
  request.open("POST", path);
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  request.send(form);
  return { done, cancel: () => request.abort() };
}

/** What a cancelled upload fails with. */
export function cancelled(): DOMException {
  return new DOMException("The upload was cancelled.", "AbortError");
}
