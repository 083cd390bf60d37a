using System.Globalization;

namespace LiveComments.Pictures;

/// <summary>Where a picture is.</summary>
/// <param name="Version">1 for the first, one more with each that replaces it: a new address, so that nobody shows the old one from a cache. Every version answers with the newest.</param>
public readonly record struct PictureAddress(PictureId Id, int Version)
{
    private const string Begin = "/pictures/";

    /// <summary>The path on every node.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Begin}{Id}?v={Version}");

    /// <summary>Whether an address is such a path.</summary>
    public static bool IsOne(string? address) => address is not null && address.StartsWith(Begin, StringComparison.Ordinal);
}
