import { redirect, type AppLoadContext } from "@remix-run/node";
import type { Response as ExpressResponse } from "express";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ExportedFile } from "~/core/exported-file";

/**
 * Answers a form with a file. The framework would take the answer of a page's action for the page's data, so the file
 * goes past it; what this returns is only seen by a request that cannot receive a file.
 *
 * @param page - where the form is
 */
export function download(context: AppLoadContext, file: ExportedFile, page: string): Response {
  context.download = file;
  return redirect(page, 303);
}

/** Sends a file as it is made. A failure on the way breaks the connection off: half a file must not look whole. */
export async function sendFile(file: ExportedFile, res: ExpressResponse, context: AppLoadContext): Promise<void> {
  res.status(200).setHeaders(context.answerHeaders);
  res.setHeader("Content-Type", file.mediaType);
  res.setHeader("Content-Disposition", `attachment; filename="${file.name}"`);
  res.setHeader("Cache-Control", "no-store");
  try {
    await pipeline(Readable.from(file.content), res);
  } catch (error) {
    if (!isLeft(error)) throw error;
  }
}

/** The client left before the end. */
const isLeft = (error: unknown) =>
  error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE";
