/** A file that somebody takes along, made as it is sent. */
export type ExportedFile = Readonly<{
  name: string;
  mediaType: string;
  content: AsyncIterable<string>;
}>;
