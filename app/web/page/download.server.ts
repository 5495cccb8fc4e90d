import { redirect, type AppLoadContext } from "@remix-run/node";
import type { Response as ExpressResponse } from "express";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ExportedFile } from "~/core/exported-file";

/**
 * Answers a form with a file. The framework would treat the answer of a page's action as data of the page, so the file
 * is put into the context and sent without the framework. The returned redirect is used only for a request that cannot
 * receive a file.
 *
 * @param page - the path of the page with the form
 */
export function download(context: AppLoadContext, file: ExportedFile, page: string): Response {
  context.download = file;
  return redirect(page, 303);
}

/**
 * Sends a file while it is being made. If that fails, the connection is closed, so that a partial file does not look
 * complete.
 */
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

/** Whether the client closed the connection before the end. */
const isLeft = (error: unknown) =>
  error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE";
