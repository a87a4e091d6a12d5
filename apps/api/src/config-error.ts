/** A configuration that cannot work; its message is written for the person who starts the process. */
export class ConfigError extends Error {}
