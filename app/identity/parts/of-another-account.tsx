/** Says on the page of a link in a mail that the link is about another account than the one that is signed in. */
export function OfAnotherAccount({ signedInAs }: { signedInAs: string | null }) {
  if (signedInAs === null) return null;
  return (
    <p className="mb-6 border-l-4 border-attention pl-4">
      {`You are signed in as ${signedInAs}. This link belongs to another account, and changes nothing of yours.`}
    </p>
  );
}
