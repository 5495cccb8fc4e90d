import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { renderToPipeableStream } from "react-dom/server";
import { Layout } from "~/root";
import Tasks from "~/tasks/pages/list";
import { setPageData, type PageInput } from "./page-data";

/**
 * The floor of `/tasks`: plain React 18 rendering the same page with the same components, from tasks in memory. No
 * session, no database, no router, no scripts, no security headers. Usage: node page.mjs <JSON file of PageInput>.
 */
setPageData(JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as PageInput);

const server = createServer((_req, res) => {
  const { pipe } = renderToPipeableStream(
    <Layout>
      <Tasks />
    </Layout>,
    {
      onShellReady: () => {
        res.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
        pipe(res);
      },
      onError: (error) => {
        throw error;
      },
    },
  );
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify(server.address())));
