/** A state that is replaced, never changed in place, and tells those who watch it. */
export class Watched<T extends object> {
  private readonly watchers = new Set<() => void>();

  constructor(private held: T) {}

  get now(): T {
    return this.held;
  }

  set(change: Partial<T>): void {
    this.held = { ...this.held, ...change };
    for (const watcher of this.watchers) watcher();
  }

  readonly read = (): T => this.held;

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };
}
