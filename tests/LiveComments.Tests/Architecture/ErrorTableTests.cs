namespace LiveComments.Tests.Architecture;

public sealed class ErrorTableTests
{
    [Fact]
    public void Every_code_is_unique() =>
        Assert.Equal(Error.All.Count, Error.All.Select(error => error.Code).Distinct(StringComparer.Ordinal).Count());

    [Fact]
    public void Every_code_is_of_lower_case_words() =>
        Assert.All(Error.All, error => Assert.Matches("^[a-z]+(-[a-z]+)*$", error.Code));
}
