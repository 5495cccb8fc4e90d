import { createContext, useContext } from "react";

const Nonce = createContext("");

/**
 * The nonce of this answer's inline scripts. It is empty in the browser, because browsers hide nonces from the page.
 */
export const NonceProvider = Nonce.Provider;

export const useNonce = (): string => useContext(Nonce);
