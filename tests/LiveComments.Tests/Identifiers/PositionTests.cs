namespace LiveComments.Tests.Identifiers;

public sealed class PositionTests
{
    [Theory]
    [InlineData("0:0", 0, 0)]
    [InlineData("7:12", 7, 12)]
    [InlineData("9223372036854775807:9223372036854775807", long.MaxValue, long.MaxValue)]
    public void A_position_is_read_as_it_is_printed(string text, long epoch, long seq)
    {
        Assert.True(Position.TryParse(text, out var position));
        Assert.Equal(new Position(epoch, seq), position);
        Assert.Equal(text, position.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("1")]
    [InlineData("1:")]
    [InlineData(":1")]
    [InlineData("1:2:3")]
    [InlineData("-1:2")]
    [InlineData("+1:2")]
    [InlineData("1: 2")]
    [InlineData(" 1:2")]
    [InlineData("1:2 ")]
    [InlineData("01:2")]
    [InlineData("1:02")]
    [InlineData("1:0x2")]
    [InlineData("1:1e3")]
    [InlineData("1:١")]
    [InlineData("1:9223372036854775808")]
    [InlineData("99999999999999999999:1")]
    [InlineData("1:0000000000000000000000000000000000000000000000000000001")]
    public void Anything_else_is_none(string text) => Assert.False(Position.TryParse(text, out _));
}
