namespace LiveComments.Redis;

/// <summary>Redis did not answer, or did not answer a moment ago. Whatever was asked may have been done.</summary>
internal sealed class RedisAwayException(string message, Exception? inner = null) : Exception(message, inner);
