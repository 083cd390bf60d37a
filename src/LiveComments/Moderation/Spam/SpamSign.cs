using System.Buffers;

namespace LiveComments.Moderation.Spam;

/// <summary>Something that advertising does, or that is mistaken for it, recognised by its phrases. A model learns from examples how much it counts.</summary>
/// <param name="Reason">In words for moderators.</param>
/// <param name="Prior">How much it counts before there are examples: the logarithm of odds, negative for what is welcome.</param>
/// <param name="Phrases">As they are in a folded text with a space at both ends of each word.</param>
internal sealed record SpamSign(string Reason, double Prior, params string[] Phrases)
{
    /// <summary>Part of the form of a model: a model of fewer or other signs is another model.</summary>
    public static readonly IReadOnlyList<SpamSign> All =
    [
        new("asks to subscribe", 2.2, " subscribe", " subscribing", " sub me ", " sub my ", " sub to ", " subs ", " subscribers ", " sub for sub", " subasub", " sub a sub"),
        new("names its own channel", 2.2, " my channel", " our channel", " my new channel", " my youtube", " my page", " mychannel", " this channel", " my account", " my chanel", " a channel", " new channel", " my blog"),
        new("names its own work", 1.5, " my video", " my new video", " my music ", " my song", " my new song", " my cover", " our video", " our music", " my vid", " our vid", " our song", " my latest",
            " my remix", " my mixtape", " my track", " my beats", " my rap", " my first ", " my album", " our new", " newest song", " my playlist"),
        new("asks to check something out", 2.2, " check out ", " check it out", " check this", " check my ", " check me ", " check us ", " checkout ", " check him", " check them", " check our", " take a look at",
            " look at my", " look up ", " come and watch", " watch my ", " listen to my ", " come check", " go to my", " search for"),
        new("asks to follow", 1.5, " follow me", " follow us", " followers ", " add me ", " follow my", " join me", " join us", " follow a follow", " hit me up", " contact me"),
        new("asks to visit", 1.2, " visit ", " website ", " click ", " sign up", " download ", " register ", " go here", " go to ", " log on", " link "),
        new("begs", 0.8, " please ", " plz ", " pls ", " help me", " help us", " support me", " give me a chance", " donate", " dream "),
        new("is about money", 1.5, " money ", " earn ", " dollar", " cash ", " giveaway", " win a ", " bitcoin", " crypto", " gift card", " promo", " paypal", " pay pal", " free ", " per day", " a day ",
            " from home", " per month", " hack"),
        new("asks for likes or votes", 1, " thumbs up if", " thumbs up for", " like this comment", " vote for", " please vote", " like if", " likes ", " thumbs up", " give it a like", " like a like", " share this",
            " share your", " leave a like", " a like "),
        new("names another platform", 1, " facebook", " instagram", " twitter", " soundcloud", " itunes", " google ", " telegram", " whatsapp", " onlyfans", " tsu ", " gofundme", " paypal", " snapchat"),
        new("introduces its author", 1, " hey guys", " hi guys", " hello guys", " hey everyone", " hi everyone", " hello everyone", " hey youtubers", " i am a ", " years old", " i make ", " i upload", " i post ",
            " we are a ", " i m a "),
        // What the viewers of some platforms earn and spend; it is no channel of theirs.
        new("speaks of channel points", -3, " channel point"),
    ];

    private static readonly SearchValues<string> Any = SearchValues.Create([.. All.SelectMany(sign => sign.Phrases)], StringComparison.Ordinal);

    private readonly SearchValues<string> _values = SearchValues.Create(Phrases, StringComparison.Ordinal);

    /// <summary>Whether any sign is in the text: one search, where nearly all of a chat has none.</summary>
    public static bool AnyIn(ReadOnlySpan<char> words) => words.ContainsAny(Any);

    public bool IsIn(ReadOnlySpan<char> words) => words.ContainsAny(_values);
}
