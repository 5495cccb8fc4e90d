interface Window {
  /** Lets the browser go on where the page's scripts are gone; called by the framework (vite.config.ts). */
  goOnByBrowser?: () => void;
}
