namespace LiveComments.Server.Pages;

/// <summary>One file of the pages as it is sent.</summary>
/// <param name="Brotli">The same, compressed; null where that would not help.</param>
internal sealed record PageFile(byte[] Bytes, byte[]? Brotli, string ContentType, string ETag);
