using System.Buffers;
using LiveComments.Log;

namespace LiveComments.Moderation;

/// <summary>
/// Recognises advertising for other pages and channels by the phrases it is made of. The weights are those of a logistic regression over the YouTube Spam Collection (Alberto, Lochter and
/// Almeida, 2015, UCI Machine Learning Repository, CC BY 4.0) with lines of a live chat as further examples of what is welcome. Where none of the phrases occurs, as in
/// nearly all of a chat, it is one vectorised search.
/// </summary>
public sealed class PromotionScorer : IScorer
{
    private const double Bias = -2.9;

    /// <summary>Of a text of more than <see cref="Long"/> characters.</summary>
    private const double LongWeight = 1;

    private const int Long = 100;

    private static readonly Sign[] Signs =
    [
        new("has a link", 3.3, "http://", "https://", "www.", ".com/", ".net/", ".org/", ".ly/", ".gl/", ".be/"),
        new("asks to subscribe", 3.4, "subscribe", "subscribing", "sub me", "sub my", "sub to my", "sub4sub", "sub 4 sub", "sub for sub"),
        new("names its own channel", 1.9, "my channel", "our channel", "my new channel", "my youtube", "my page", "mychannel", "this channel", "my account"),
        new("names its own work", 0.8, "my video", "my new video", "my music", "my song", "my new song", "my cover", "our video", "our music", "my vid", "my latest", "my remix", "my mixtape"),
        new("asks to check something out", 4.5, "check out", "check it out", "check this out", "check my", "check me", "check us", "checkout", "check him", "check them"),
        new("asks to follow", 0.9, "follow me", "follow us", "follower", "add me", "follow my"),
        new("asks to visit", 0.8, "visit", "website", "click", "sign up", "download"),
        new("begs", 1.6, "please", "plz", "pls "),
        new("is about money", 0.9, "money", "earn ", "dollar", "cash", "giveaway", "win a ", "bitcoin", "crypto", "gift card", "promo"),
        new("asks to share or vote", 2.4, "share", "thumbs up", "like this comment", "vote for"),
        new("names another platform", 1.5, "facebook", "instagram", "twitter", "soundcloud", "itunes", "google+", "telegram", "whatsapp", "onlyfans"),
    ];

    private static readonly SearchValues<string> Any = SearchValues.Create([.. Signs.SelectMany(sign => sign.Phrases)], StringComparison.OrdinalIgnoreCase);

    public string Name => "promotion";

    public ValueTask<Score> ScoreAsync(CommentDraft comment) => new(Of(comment.Text));

    /// <summary>The score of a text.</summary>
    public static Score Of(string text)
    {
        if (!text.AsSpan().ContainsAny(Any))
            return default;
        var sum = Bias + (text.Length > Long ? LongWeight : 0);
        var reasons = new List<string>();
        foreach (var sign in Signs)
            if (text.AsSpan().ContainsAny(sign.Values))
            {
                sum += sign.Weight;
                reasons.Add(sign.Reason);
            }
        return new Score(1 / (1 + Math.Exp(-sum)), reasons);
    }

    private sealed class Sign(string reason, double weight, params string[] phrases)
    {
        public string Reason => reason;

        public double Weight => weight;

        public string[] Phrases => phrases;

        public SearchValues<string> Values { get; } = SearchValues.Create(phrases, StringComparison.OrdinalIgnoreCase);
    }
}
