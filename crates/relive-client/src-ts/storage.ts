// What has to outlive a page load: kept for the tab, as JSON. Storage may be switched off or full; then it is as if
// nothing had been kept.

export function load<T>(key: string): T | null {
  try {
    return JSON.parse(sessionStorage.getItem("relive:" + key) as string) as T;
  } catch {
    return null;
  }
}

/** Whether the value is kept; `null` takes it out. */
export function store(key: string, value: unknown): boolean {
  try {
    sessionStorage.setItem("relive:" + key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}
