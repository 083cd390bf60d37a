using LiveComments.Analytics;

namespace LiveComments.Tests.Analytics;

public sealed class LocalityTests
{
    [Theory]
    [InlineData("DE", null, "DE", null)]
    [InlineData("de", "by", "DE", "DE-BY")]
    [InlineData("DE", "DE-BY", "DE", "DE-BY")]
    [InlineData("GB", "ENG", "GB", "GB-ENG")]
    [InlineData("US", "US-CA", "US", "US-CA")]
    [InlineData("FR", "75", "FR", "FR-75")]
    [InlineData("DE", "", "DE", null)]
    [InlineData("DE", "Bavaria", "DE", null)]
    [InlineData("DE", "B/Y", "DE", null)]
    public void A_country_is_two_letters_and_a_region_its_code(string country, string? region, string known, string? part)
    {
        var locality = Locality.Of(country, region)!;
        Assert.Equal((known, part), (locality.Country, locality.Region));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("D")]
    [InlineData("DEU")]
    [InlineData("D1")]
    [InlineData("XX")]
    [InlineData("T1")]
    [InlineData("ÄÖ")]
    [InlineData("../")]
    public void Whatever_else_a_header_says_is_no_country(string? country) => Assert.Null(Locality.Of(country, "BY"));
}
