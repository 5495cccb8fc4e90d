/** A file to download. Its content is produced while it is sent. */
export type ExportedFile = Readonly<{
  name: string;
  mediaType: string;
  content: AsyncIterable<string>;
}>;
