/** @param path where to come back to; without its query, which may hold what somebody typed */
export const signInAddress = (path: string): string => `/api/login?to=${encodeURIComponent(path)}`
