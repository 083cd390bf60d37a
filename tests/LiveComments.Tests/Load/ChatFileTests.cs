using LiveComments.Load.Recipes;

namespace LiveComments.Tests.Load;

public sealed class ChatFileTests
{
    [Fact]
    public void Quotes_commas_and_line_breaks_inside_a_field_belong_to_the_text()
    {
        var chat = ChatFile.Read(new StringReader("user,text\r\na,\"one, \"\"two\"\"\nthree\"\nb,5\" long\na,last"));
        Assert.Equal([(0, "one, \"two\"\nthree"), (1, "5\" long"), (0, "last")], chat.Rows);
        Assert.Equal(2, chat.Users);
    }

    [Fact]
    public void A_row_with_another_number_of_fields_is_named_by_its_line()
    {
        var error = Assert.Throws<InvalidDataException>(() => ChatFile.Read(new StringReader("user,text\na,\"x\ny\"\nb,c,d\n")));
        Assert.Contains("Line 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Regulars_are_the_fewest_users_who_wrote_half()
    {
        var chat = ChatFile.Read(new StringReader("user,text\na,1\nb,1\na,2\nc,1\na,3\nd,1\n"));
        Assert.Equal([0], chat.Regulars());
    }
}
