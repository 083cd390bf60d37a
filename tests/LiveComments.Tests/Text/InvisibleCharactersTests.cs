using LiveComments.Text;


namespace LiveComments.Tests.Text;

public sealed class InvisibleCharactersTests
{
    [Fact]
    public void As_many_are_ignorable_as_Unicode_says_and_the_three_annotations() =>
        Assert.Equal(4_174 + 3, Enumerable.Range(0, 0x110000).Count(InvisibleCharacters.IsIgnorable));
}
