using LiveComments.Server.Sockets;

namespace LiveComments.Tests.Server.Sockets;

/// <summary>What is answered to offers of compression (RFC 7692, 7.1).</summary>
public sealed class DeflateOfferTests
{
    private const string Accepted = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    [Theory]
    [InlineData("permessage-deflate")]
    [InlineData("permessage-deflate; client_max_window_bits")] // Chromium and Firefox
    [InlineData("permessage-deflate; client_max_window_bits=8")]
    [InlineData("permessage-deflate; client_max_window_bits=\"15\"")]
    [InlineData("permessage-deflate;server_no_context_takeover;client_no_context_takeover")]
    [InlineData(" \tpermessage-deflate ; client_no_context_takeover\t; client_max_window_bits = 12 ")]
    [InlineData("x-webkit-deflate-frame, permessage-deflate; client_max_window_bits")]
    [InlineData("permessage-deflate; server_max_window_bits=10, permessage-deflate")]
    [InlineData("permessage-deflate; unknown=1,,;,permessage-deflate")]
    public void The_first_offer_that_can_be_kept_is_accepted_without_contexts(string offers) => Assert.Equal(Accepted, DeflateOffer.Answer(offers));

    [Fact]
    public void Offers_may_stand_in_several_headers() => Assert.Equal(Accepted, DeflateOffer.Answer(new(["bbf-usp-protocol", "permessage-bzip2, foo", "permessage-deflate"])));

    [Theory]
    [InlineData("permessage-deflate; server_max_window_bits=15")]
    [InlineData("permessage-deflate; client_max_window_bits; server_max_window_bits=\"15\"")]
    public void A_window_of_the_full_size_is_promised_to_who_asks(string offers) => Assert.Equal(Accepted + "; server_max_window_bits=15", DeflateOffer.Answer(offers));

    [Theory]
    [InlineData("")]
    [InlineData(",;=\"")]
    [InlineData("permessage-bzip2")]
    [InlineData("permessage-deflated")]
    [InlineData("Permessage-Deflate")]
    [InlineData("permessage-deflate=1")]
    [InlineData("permessage-deflate server_no_context_takeover")]
    [InlineData("permessage-deflate;")]
    [InlineData("permessage-deflate; unknown")]
    [InlineData("permessage-deflate; server_no_context_takeover=true")]
    [InlineData("permessage-deflate; client_no_context_takeover=")]
    [InlineData("permessage-deflate; client_no_context_takeover; client_no_context_takeover")]
    [InlineData("permessage-deflate; client_max_window_bits; client_max_window_bits=15")]
    [InlineData("permessage-deflate; client_max_window_bits=7")]
    [InlineData("permessage-deflate; client_max_window_bits=16")]
    [InlineData("permessage-deflate; client_max_window_bits=08")]
    [InlineData("permessage-deflate; client_max_window_bits=\"")]
    [InlineData("permessage-deflate; client_max_window_bits=99999999999999999999")]
    [InlineData("permessage-deflate; server_max_window_bits")]
    [InlineData("permessage-deflate; server_max_window_bits=14")]
    [InlineData("permessage-deflate; server_max_window_bits=15; server_max_window_bits=15")]
    public void An_offer_that_is_not_understood_or_cannot_be_kept_is_declined(string offers) => Assert.Null(DeflateOffer.Answer(offers));

    [Fact]
    public void Nobody_offers_more_than_is_read()
    {
        Assert.Null(DeflateOffer.Answer(default));
        Assert.Equal(Accepted, DeflateOffer.Answer(new string(',', 1_000) + "permessage-deflate"));
        Assert.Null(DeflateOffer.Answer(new string(',', 1_010) + "permessage-deflate"));
        Assert.Null(DeflateOffer.Answer(new([new string(',', 1_000), "permessage-deflate; client_no_context_takeover"])));
    }
}
