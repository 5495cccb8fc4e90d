/**
 * After an upgrade the scripts that an open page would load next are gone. The framework would load the page anew, and with
 * it what was clicked and typed would be lost; `vite.config.ts` makes it ask here instead: the browser itself goes to where
 * the click leads, or sends the form that was on its way.
 */

type Submission = Readonly<{ formMethod?: string; formAction?: string; formData?: FormData }>;

type Router = {
  state: {
    navigation: Submission & { state: string; location?: { pathname: string; search: string; hash: string } };
    fetchers: Map<string, Submission & { state: string }>;
  };
};

const isOnItsWay = ({ state, formMethod = "" }: Submission & { state: string }) =>
  state === "submitting" && formMethod.toLowerCase() === "post";

/** Lets the browser do what the page's scripts were about to do. */
export function goOnByBrowser(): void {
  const { navigation, fetchers } = (window as unknown as { __remixRouter: Router }).__remixRouter.state;
  const form = [navigation, ...fetchers.values()].find(isOnItsWay);
  if (form?.formData && form.formAction !== undefined) sendByBrowser(form.formAction, form.formData);
  else if (navigation.location) {
    const { pathname, search, hash } = navigation.location;
    window.location.assign(pathname + search + hash);
  } else window.location.reload();
}

function sendByBrowser(action: string, fields: FormData): void {
  const form = document.createElement("form");
  [form.method, form.action, form.hidden] = ["post", action, true];
  for (const [name, value] of fields) {
    // For scripts alone: the answer is to be a page.
    if (name === "stay" || typeof value !== "string") continue;
    // A text area, because an input has no line breaks.
    const field = document.createElement("textarea");
    [field.name, field.value] = [name, value];
    form.append(field);
  }
  document.body.append(form);
  // As a person would: whoever asks about unsaved text is told that this is sent.
  form.requestSubmit();
}
