// Work of which only the newest order counts: one at a time, never a queue. While one is under way
// the next waits, replaced by any newer one; work that takes long is given up for it.

/** So long the work under way may go on when a newer order waits: what is nearly done is still shown. */
const kPatience = 250;

export type Work<Order> = (order: Order, signal: AbortSignal) => Promise<void>;

export class Newest<Order> {
  private readonly work: Work<Order>;
  private waiting: { readonly order: Order } | null = null;
  private underWay: { readonly control: AbortController; readonly since: number } | null = null;

  /** `work` handles its own errors and ends early when its signal says so. */
  constructor(work: Work<Order>) {
    this.work = work;
  }

  ask(order: Order): void {
    this.waiting = { order };
    if (!this.underWay) {
      void this.run();
      return;
    }
    const { control, since } = this.underWay;
    const left = since + kPatience - performance.now();
    setTimeout(
      () => {
        if (this.underWay?.control === control && this.waiting) control.abort();
      },
      Math.max(0, left),
    );
  }

  private async run(): Promise<void> {
    while (this.waiting) {
      const { order } = this.waiting;
      this.waiting = null;
      const control = new AbortController();
      this.underWay = { control, since: performance.now() };
      await this.work(order, control.signal);
      this.underWay = null;
    }
  }
}
