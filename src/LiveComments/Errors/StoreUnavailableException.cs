namespace LiveComments.Errors;

/// <summary>The store did not do what was asked of it.</summary>
/// <param name="outcomeUnknown">True when the store may have done it all the same. Only a retry with the same idempotency key can tell.</param>
public sealed class StoreUnavailableException(string message, bool outcomeUnknown = false, Exception? inner = null) : Exception(message, inner)
{
    public bool OutcomeUnknown { get; } = outcomeUnknown;
}
