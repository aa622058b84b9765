import fc from 'fast-check';

/** A number with or without a fraction. */
const amount = fc
  .tuple(fc.nat(5000), fc.option(fc.integer({ min: 0, max: 99_999 }), { nil: undefined }))
  .map(([whole, fraction]) => (fraction === undefined ? `${whole}` : `${whole}.${fraction}`));
const part = fc.tuple(amount, fc.constantFrom('ms', 's', 'm', 'h')).map(([number, unit]) => number + unit);

/** Every form of duration that a flag takes: of one unit, of several, of none. */
export const duration = fc.oneof(
  amount,
  part,
  fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
);
