namespace LiveComments.Server.Http;

/// <summary>How the server finds out from which country somebody writes, for statistics: section <c>LiveComments:Localities</c>.</summary>
internal sealed class LocalityOptions
{
    /// <summary>
    /// The header in which a proxy of <c>Proxy:Trusted</c> says the country, in two letters: <c>CF-IPCountry</c> of Cloudflare, <c>CloudFront-Viewer-Country</c> of Amazon. From anybody else it is not believed.
    /// </summary>
    public string CountryHeader { get; set; } = "";

    /// <summary>The header in which it says the part of the country, by its code of ISO 3166-2: <c>CF-Region-Code</c>, <c>CloudFront-Viewer-Country-Region</c>.</summary>
    public string RegionHeader { get; set; } = "";

    /// <summary>A file in MaxMind's format (<c>.mmdb</c>) that tells countries by addresses, such as GeoLite2-Country, GeoLite2-City or those of DB-IP. A new one under the same name is used within a minute.</summary>
    public string Database { get; set; } = "";

    /// <summary>Null when every value is of its form, else what is wrong.</summary>
    public string? Fault() =>
        Fault(nameof(CountryHeader), CountryHeader) ?? Fault(nameof(RegionHeader), RegionHeader)
        ?? (RegionHeader.Length > 0 && CountryHeader.Length == 0 ? "LiveComments:Localities:RegionHeader needs CountryHeader too: a region without a country is not kept." : null)
        ?? (Database.Length > 0 && !File.Exists(Database) ? $"LiveComments:Localities:Database: there is no file '{Database}'." : null);

    private static string? Fault(string name, string header) =>
        header.AsSpan().ContainsAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") ? $"LiveComments:Localities:{name}: '{header}' is not the name of a header, such as CF-IPCountry." : null;
}
