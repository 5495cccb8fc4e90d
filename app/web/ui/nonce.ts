import { createContext, useContext } from "react";

const Nonce = createContext("");

/** The nonce of this answer's inline scripts; browsers hide it from the page, so in the browser it is empty. */
export const NonceProvider = Nonce.Provider;

export const useNonce = (): string => useContext(Nonce);
