import { openApiDocument } from "~/api/description/openapi.server";
import { ownDialect, pathsOf } from "~/api/routes.server";
import { apiOperations } from "~/features.server";

/** All operations of `/api`, for the tests that ask something of every one: a new operation is in them at once. */
export const operations = await apiOperations();

const dialects = { all: operations, own: ownDialect(operations) };

/** The operations with the second dialect or without it. */
export const operationsOf = ({ v1 }: { v1: boolean }) => (v1 ? dialects.all : dialects.own);

/** Every path that is routed, and its methods. */
export const apiPaths: readonly (readonly [path: string, methods: string[]])[] = pathsOf(operations).map(
  ({ path, operations: own }) => [path, own.map(({ method }) => method)],
);

/** The description, as a server at an origin gives it. */
export const describedApi = (origin: string, dialects: { v1: boolean }) =>
  openApiDocument(operationsOf(dialects), origin);
