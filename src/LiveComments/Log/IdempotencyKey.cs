namespace LiveComments.Log;

/// <summary>
/// Ties retries of one operation of one user on one event together: the same key and the same fingerprint give the outcome
/// of the first try, another fingerprint is an error.
/// </summary>
/// <param name="Value">1-64 of <c>[A-Za-z0-9_-]</c>.</param>
/// <param name="Fingerprint">128 bits over everything in the request that must be the same.</param>
public sealed record IdempotencyKey(string Value, UInt128 Fingerprint);
