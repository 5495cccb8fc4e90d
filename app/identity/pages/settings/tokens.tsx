import { redirect } from "@remix-run/node";
import { Link, useActionData, useLoaderData, useNavigation } from "@remix-run/react";
import { randomUUID } from "node:crypto";
import { freshProof } from "~/identity/edge/fresh-proof.server";
import { signedIn } from "~/web/guards.server";
import { CheckboxGroup, Field, PageForm, Select, SubmitButton, usePageForm, usePending } from "~/web/ui/form/form";
import { useArrival } from "~/web/ui/arrival";
import { titled } from "~/web/ui/page-title";
import { SettingsHeading } from "~/web/ui/settings-heading";
import { When } from "~/web/ui/when";
import { lastMoment } from "~/core/time/moment";
import { sayMoment } from "~/core/time/moment-words.server";
import type { Said } from "~/core/time/words";
import { createToken, listTokens, revokeToken, tokenEnd } from "~/identity/domain/tokens/personal-tokens.server";
import { scopesInWords } from "~/core/scopes";
import { chosenScopes, newTokenForm, tokenIdForm } from "~/identity/domain/tokens/token-schema";
import { setFlash } from "~/web/page/flash.server";
import { form, formAction, pageLoader } from "~/web/page/page.server";
import { PostForm } from "~/web/ui/form/post-form";

export { ProofBoundary as ErrorBoundary } from "~/identity/parts/proof-boundary";

export const meta = titled("API tokens");

export const loader = pageLoader(signedIn, async ({ actor }) => {
  const tokens = await listTokens(actor);
  return {
    draft: randomUUID(),
    tokens: tokens.map(({ id, name, ending, scopes, createdAt, expiresAt, lastUsedAt, address }) => ({
      id,
      name,
      ending,
      scopes: scopes.map((scope) => scopesInWords[scope]).join("; "),
      created: sayMoment(createdAt, "day"),
      expires: sayMoment(lastMoment(expiresAt), "day"),
      used: lastUsedAt && { ...sayMoment(lastUsedAt, "minute"), address },
    })),
  };
});

export const action = formAction(signedIn, {
  "new-token": form(
    newTokenForm,
    async ({ value, context, actor }) => {
      const { id, name, expires, expiresOn } = value;
      const expiresAt = tokenEnd(expires === "date" ? { day: expiresOn ?? "" } : { days: Number(expires) });
      const token = await createToken(actor, { id, name, scopes: chosenScopes(value), expiresAt }, context.client);
      // Only this answer shows the token. If the form is sent again, no second token is made and the list is shown.
      return token ? Response.json({ token }) : redirect("/settings/tokens", 303);
    },
    { proof: freshProof },
  ),
  revoke: form(tokenIdForm, async ({ value, context, actor }) => {
    await revokeToken(actor, value.tokenId, context.client);
    setFlash(context, "token-revoked");
    return redirect("/settings/tokens", 303);
  }),
});

export default function Tokens() {
  const { tokens, draft } = useLoaderData<typeof loader>();
  const made = useActionData<{ token?: string }>()?.token;
  return (
    <>
      <SettingsHeading>API tokens</SettingsHeading>
      <p className="mb-8 max-w-prose">
        For your own programs. A token does what you allow it, until it expires or you revoke it, and never changes your
        account. The{" "}
        <Link className="link" to="/docs">
          API guide
        </Link>{" "}
        tells how to call.
      </p>
      <div className="space-y-12">
        {made ? <MadeToken token={made} /> : <NewToken draft={draft} />}
        {tokens.length > 0 && <TokenList tokens={tokens} />}
      </div>
    </>
  );
}

function MadeToken({ token }: { token: string }) {
  const heading = useArrival();
  return (
    <section aria-labelledby="made-heading">
      <h2 id="made-heading" className="section-heading" ref={heading} tabIndex={-1}>
        Your new token
      </h2>
      <p className="mb-4 max-w-prose">
        Copy it now: <strong>it is shown only this once.</strong> Treat it like a password.
      </p>
      <p className="mb-6">
        <code className="text-sm break-all select-all">{token}</code>
      </p>
      <Link className="link inline-flex min-h-11 items-center" to="/settings/tokens" reloadDocument>
        Done
      </Link>
    </section>
  );
}

function NewToken({ draft }: { draft: string }) {
  const [state, fields] = usePageForm<typeof newTokenForm>("new-token", { tasksRead: true, expires: "30" });
  const pending = usePending("new-token");
  return (
    <section aria-labelledby="new-heading">
      <h2 id="new-heading" className="section-heading">
        New token
      </h2>
      <PageForm form={state} intent="new-token" className="max-w-md" preventScrollReset>
        <input type="hidden" name="id" value={draft} />
        <Field label="Name" field={fields.name} help="What the token is for, such as Backup script." />
        <CheckboxGroup
          legend="What it may do"
          boxes={[
            { label: scopesInWords["tasks:read"], field: fields.tasksRead },
            { label: scopesInWords["tasks:write"], field: fields.tasksWrite },
            { label: scopesInWords["account:read"], field: fields.accountRead },
          ]}
        />
        <Select label="Expires" field={fields.expires}>
          <option value="7">In 7 days</option>
          <option value="30">In 30 days</option>
          <option value="90">In 90 days</option>
          <option value="365">In 365 days</option>
          <option value="date">At the end of the day below</option>
        </Select>
        <Field label="Last day" field={fields.expiresOn} type="date" help="Only if you chose a day." />
        <SubmitButton pending={pending}>Make token</SubmitButton>
      </PageForm>
    </section>
  );
}

type TokenItem = {
  id: string;
  name: string;
  ending: string;
  scopes: string;
  created: Said;
  expires: Said;
  used: (Said & { address: string | null }) | null;
};

function TokenList({ tokens }: { tokens: TokenItem[] }) {
  const { formData } = useNavigation();
  return (
    <section aria-labelledby="tokens-heading">
      <h2 id="tokens-heading" className="section-heading">
        Your tokens
      </h2>
      {tokens.some(({ used }) => !used) && (
        <p className="mb-4 max-w-prose">
          A token was shown when it was made, and never again. If you have not seen or kept one, revoke it and make
          another.
        </p>
      )}
      <ul className="rows">
        {tokens.map(({ id, name, ending, scopes, created, expires, used }) => (
          <li
            key={id}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-hairline py-3"
          >
            <div className="min-w-0">
              <p className="font-medium">
                <span dir="auto">{name}</span> <code className="ml-1 text-sm font-normal text-muted">{ending}</code>
              </p>
              <p className="row-meta">
                <span>{scopes}</span>{" "}
                <span>
                  Made <When at={created} />
                </span>{" "}
                <span>
                  Expires <When at={expires} />
                </span>{" "}
                {used ? (
                  <span>
                    Last used <When at={used} /> from {used.address}
                  </span>
                ) : (
                  <span>Never used</span>
                )}
              </p>
            </div>
            <PostForm preventScrollReset>
              <input type="hidden" name="intent" value="revoke" />
              <input type="hidden" name="tokenId" value={id} />
              <SubmitButton
                look="quiet"
                className="button-small"
                pending={formData?.get("tokenId") === id}
                aria-label={`Revoke ${name}`}
              >
                Revoke
              </SubmitButton>
            </PostForm>
          </li>
        ))}
      </ul>
    </section>
  );
}
