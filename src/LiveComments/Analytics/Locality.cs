namespace LiveComments.Analytics;

/// <summary>From where somebody writes, as coarse as it is kept: never an address, and never a city.</summary>
public sealed record Locality
{
    private const int MaxSubdivision = 3;

    private Locality(string country, string? region) => (Country, Region) = (country, region);

    /// <summary>Two letters of ISO 3166-1, such as <c>DE</c>.</summary>
    public string Country { get; }

    /// <summary>A part of the country as ISO 3166-2 names it, such as <c>DE-BY</c>; null where it is not known.</summary>
    public string? Region { get; }

    /// <summary>Null without a country: what is not of its form, and what stands for none (<c>XX</c>, and <c>T1</c> for the Tor network), is not kept.</summary>
    /// <param name="country">Two letters.</param>
    /// <param name="region">With the country before it or without: <c>DE-BY</c> or <c>BY</c>.</param>
    public static Locality? Of(string? country, string? region = null)
    {
        if (country is not { Length: 2 } || !char.IsAsciiLetter(country[0]) || !char.IsAsciiLetter(country[1]))
            return null;
        var known = country.ToUpperInvariant();
        if (known is "XX" or "ZZ")
            return null;
        var part = region.AsSpan();
        if (part.Length > 3 && part[2] == '-' && part[..2].Equals(known, StringComparison.OrdinalIgnoreCase))
            part = part[3..];
        if (part.Length is 0 or > MaxSubdivision)
            return new Locality(known, null);
        foreach (var letter in part)
            if (!char.IsAsciiLetterOrDigit(letter))
                return new Locality(known, null);
        return new Locality(known, $"{known}-{part.ToString().ToUpperInvariant()}");
    }
}
