interface Window {
  /**
   * Lets the browser itself continue a navigation or a form if the page's scripts no longer exist. The framework calls
   * it (vite.config.ts).
   */
  goOnByBrowser?: () => void;
}
