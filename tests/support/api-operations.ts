import { openApiDocument } from "~/api/description/openapi.server";
import { ownDialect, pathsOf } from "~/api/routes.server";
import { apiOperations } from "~/features.server";

/** All operations of `/api`, for tests that check every one. A new operation is included automatically. */
export const operations = await apiOperations();

const dialects = { all: operations, own: ownDialect(operations) };

/** The operations with or without the second dialect. */
export const operationsOf = ({ v1 }: { v1: boolean }) => (v1 ? dialects.all : dialects.own);

/** Every routed path, with its methods. */
export const apiPaths: readonly (readonly [path: string, methods: string[]])[] = pathsOf(operations).map(
  ({ path, operations: own }) => [path, own.map(({ method }) => method)],
);

/** The description, as a server at an origin serves it. */
export const describedApi = (origin: string, dialects: { v1: boolean }) =>
  openApiDocument(operationsOf(dialects), origin);
