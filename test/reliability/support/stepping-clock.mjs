// Loaded before the plugin: sets its wall clock so many milliseconds ahead as the file STEPPING_CLOCK says by then.
import { readFileSync } from 'node:fs';

const RealDate = Date;

function ahead() {
  try {
    return Number(readFileSync(process.env.STEPPING_CLOCK ?? '', 'utf8'));
  } catch {
    return 0;
  }
}

const now = () => RealDate.now() + ahead();

globalThis.Date = class extends RealDate {
  static now = now;

  constructor(...args) {
    super(...(args.length === 0 ? [now()] : args));
  }
};
