using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LiveComments.Server.Streams;

namespace LiveComments.Tests.Server.Streams;

public sealed class ClientMessageTests
{
    [Fact]
    public void Every_member_is_read_and_others_are_skipped()
    {
        Assert.True(Read("""{"x":{"type":"ping","id":[1,{"id":2}]},"type":"comment","id":"k","commentText":"\u00fc \"q\"","replyToCommentID":null,"n":1.5e3,"commentID":"c","reactionType":"like","token":"t"}""", out var message));
        Assert.Equal((ClientMessageType.Comment, "k", "ü \"q\"", null, "c", "like", true, "t"),
            (message.Type, message.Id, message.CommentText, message.ReplyToCommentId, message.CommentId, message.ReactionType, message.HasReactionType, message.Token));
    }

    [Theory]
    [InlineData("""{"type":"auth"}""", "Auth")]
    [InlineData("""{"type":"comment"}""", "Comment")]
    [InlineData("""{"type":"reaction"}""", "Reaction")]
    [InlineData(""" {"type" : "ping"} """, "Ping")]
    [InlineData("""{"type":"p\u0069ng"}""", "Ping")]
    [InlineData("""{"\u0074ype":"ping"}""", "Ping")]
    [InlineData("""{"type":"comment","type":"ping"}""", "Ping")]
    [InlineData("""{"type":"Ping"}""", "Unknown")]
    [InlineData("{}", "Unknown")]
    public void The_type_says_what_it_is(string json, string type)
    {
        Assert.True(Read(json, out var message));
        Assert.Equal(type, message.Type.ToString());
    }

    [Fact]
    public void No_reaction_is_something_else_than_none_named()
    {
        Assert.True(Read("""{"reactionType":null}""", out var taken));
        Assert.True(taken.HasReactionType && taken.ReactionType is null);
        Assert.True(Read("{}", out var absent));
        Assert.False(absent.HasReactionType);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"ping\"")]
    [InlineData("{")]
    [InlineData("""{"type":"ping"}x""")]
    [InlineData("""{"type":"ping"}{}""")]
    [InlineData("""{"type":"ping",}""")]
    [InlineData("""{'type':'ping'}""")]
    [InlineData("""{"type":"ping"/**/}""")]
    [InlineData("""{"type":1}""")]
    [InlineData("""{"type":null}""")]
    [InlineData("""{"type":["ping"]}""")]
    [InlineData("""{"id":1}""")]
    [InlineData("""{"token":{}}""")]
    [InlineData("""{"commentText":true}""")]
    [InlineData("""{"reactionType":[]}""")]
    [InlineData("""{"commentText":"\ud800"}""")]
    [InlineData("""{"commentText":"\udc00\ud800"}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"x":[[[[[[[[1]]]]]]]]}""")]
    [InlineData("{\"commentText\":\"a\nb\"}")]
    public void What_is_no_object_of_the_protocol_is_refused(string json) => Assert.False(Read(json, out _));

    [Fact]
    public void Whatever_bytes_arrive_nothing_is_thrown() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3_000), Prop.ForAll(Arb.From(Pieces), json =>
        {
            ClientMessage.TryRead(json, out _);
            return true;
        }));

    private static Gen<byte[]> Pieces =>
        Gen.OneOf(
            Gen.Elements("{", "}", "[", "]", ":", ",", "\"type\"", "\"id\"", "\"commentText\"", "\"reactionType\"", "\"ping\"", "\"\\ud800\"", "\"\\u00\"", "null", "1e9", "-", " ", "\u00fc", "\"").Select(Encoding.UTF8.GetBytes),
            Gen.Choose(0, 255).Select(b => new[] { (byte)b }))
        .ListOf().Select(pieces => pieces.SelectMany(piece => piece).ToArray());

    private static bool Read(string json, out ClientMessage message) => ClientMessage.TryRead(Encoding.UTF8.GetBytes(json), out message);
}
