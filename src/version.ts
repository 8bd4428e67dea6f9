/** The version of package.json; a contract test holds the two together, since the bundle carries no package.json. */
export const VERSION = '0.1.0';
