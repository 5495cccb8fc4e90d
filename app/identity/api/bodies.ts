import { named } from "~/api/operation-parts";
import { profileBody, refreshBody, signInBody, signInForm, signUpBody } from "~/identity/domain/account/account-schema";

/** The bodies of the account operations, with their names in the description. */

export const signUp = named("SignUp", signUpBody);
export const signIn = named("SignIn", signInBody);
export const signInAsForm = named("SignInForm", signInForm);
export const refresh = named("Refresh", refreshBody);
export const profileChange = named("ProfileChange", profileBody);
