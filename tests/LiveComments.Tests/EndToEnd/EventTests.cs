using System.Net;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Log;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>The event catalogue over HTTP.</summary>
public class EventTests : IAsyncLifetime
{
    private const string Minimal = """{"title":"Final","eventType":"sports","startTime":"2026-01-31T20:00:00Z"}""";

    private TestServer _server = null!;
    private HttpClient _administrator = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(null, await StoreAsync());
        _administrator = _server.As(Role.Administrator);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    /// <summary>The settings of the store that the tests run on.</summary>
    protected virtual Task<string[]> StoreAsync() => Task.FromResult<string[]>([]);

    [Fact]
    public async Task Every_column_that_is_given_is_answered_then_and_later()
    {
        var user = new UserId(Guid.NewGuid());
        using var answer = await _server.As(Role.Administrator, user).SendAsync("POST", "/events", """
            {"title":"Final \u00e9 \ud83c\udfc6","description":"The last\nof them","eventType":"sports","startTime":"2026-01-31T21:00:00.5+01:00","startsItself":false,
             "endTime":"2026-01-31T22:00:00Z","timezone":"Europe/Berlin","videoID":"final_2026-a",
             "settings":{"visibility":"private","reactionTypes":["like","wow"],"slowModeSeconds":5,"maxParticipants":1000,"openBeforeStartMinutes":15,
                         "videoUrl":"https://video.example/live?id=1","keep":true,"links":"moderators",
                         "embedOrigins":["https://WWW.Example.org","http://b.example:8080","https://münchen.example","http://[::1]:81"]},
             "moderationLevel":"strict","analyticsConfig":{"sink":"Übersicht <a>","rate":0.50,"fields":["a",null,{"deep":true}]}}
            """);
        var created = await answer.JsonAsync(HttpStatusCode.Created);
        Assert.Equal("/events/final_2026-a", answer.Headers.Location?.OriginalString);
        Assert.True(EventId.TryParse(created.Text("eventID"), out var id));
        Assert.Equal("final_2026-a", created.Text("videoID"));
        Assert.Equal("Final é 🏆", created.Text("title"));
        Assert.Equal("The last\nof them", created.Text("description"));
        Assert.Equal("sports", created.Text("eventType"));
        Assert.Equal("scheduled", created.Text("status"));
        Assert.Equal("2026-01-31T20:00:00.500Z", created.Text("startTime"));
        Assert.False(created.GetProperty("startsItself").GetBoolean());
        Assert.Equal("2026-01-31T22:00:00.000Z", created.Text("endTime"));
        Assert.Equal("Europe/Berlin", created.Text("timezone"));
        Assert.Equal(user.ToString(), created.Text("createdBy"));
        Assert.Equal(created.Text("createdAt"), created.Text("updatedAt"));
        Assert.Equal(0, created.GetProperty("viewers").GetInt32());
        Assert.Equal("""{"visibility":"private","reactionTypes":["like","wow"],"slowModeSeconds":5,"maxParticipants":1000,"openBeforeStartMinutes":15,"videoUrl":"https://video.example/live?id=1","keep":true,"links":"moderators","embedOrigins":["https://www.example.org","http://b.example:8080","https://xn--mnchen-3ya.example","http://[::1]:81"]}""",
            created.GetProperty("settings").GetRawText());

        Assert.Equal("strict", created.Text("moderationLevel"));
        Assert.Equal("""{"sink":"Übersicht <a>","rate":0.50,"fields":["a",null,{"deep":true}]}""", created.GetProperty("analyticsConfig").GetRawText());

        foreach (var path in new[] { "/events/final_2026-a", $"/events/{id}" })
            Assert.Equal(created.GetRawText(), (await _administrator.CallAsync("GET", path)).GetRawText());
        await _server.RestartAsync();
        Assert.Equal(created.GetRawText(), (await _server.As(Role.Administrator).CallAsync("GET", "/events/final_2026-a")).GetRawText());
    }

    [Fact]
    public async Task Without_an_alias_the_uuid_is_the_videoID()
    {
        var created = await _administrator.CallAsync("POST", "/events", Minimal, HttpStatusCode.Created);
        Assert.Equal(created.Text("eventID"), created.Text("videoID"));
        Assert.Equal(("UTC", "standard", "{}"), (created.Text("timezone"), created.Text("moderationLevel"), created.GetProperty("analyticsConfig").GetRawText()));
        Assert.Equal(created.Text("eventID"), (await _server.Anonymous.CallAsync("GET", $"/events/{created.Text("videoID")}")).Text("eventID"));
    }

    [Fact]
    public async Task An_alias_belongs_to_one_event_until_that_is_deleted()
    {
        // Asked for before it is given: its absence must not be remembered.
        await _server.Anonymous.RefusedAsync(Error.EventNotFound, "GET", "/events/first");
        var first = await CreateAsync("""{"videoID":"first"}""");
        Assert.Equal(first, (await _server.Anonymous.CallAsync("GET", "/events/first")).Text("eventID"));
        await _administrator.RefusedAsync(Error.VideoIdTaken, "POST", "/events", With("""{"videoID":"first"}"""));
        await DeleteAsync("first");
        var second = await CreateAsync("""{"videoID":"first"}""");
        Assert.NotEqual(first, second);
        Assert.Equal(second, (await _server.Anonymous.CallAsync("GET", "/events/first")).Text("eventID"));
    }

    [Theory]
    [InlineData("""{"title":null}""", "title")]
    [InlineData("""{"title":""}""", "title")]
    [InlineData("""{"title":"  "}""", "title")]
    [InlineData("""{"title":"\u3164\u2800\u200B"}""", "title")]
    [InlineData("""{"title":5}""", "title")]
    [InlineData("""{"title":"a\u0000b"}""", "title")]
    [InlineData("""{"title":"a\nb"}""", "title")]
    [InlineData("""{"description":"a\u0007"}""", "description")]
    [InlineData("""{"description":["a"]}""", "description")]
    [InlineData("""{"eventType":null}""", "eventType")]
    [InlineData("""{"eventType":""}""", "eventType")]
    [InlineData("""{"eventType":"two words"}""", "eventType")]
    [InlineData("""{"startTime":null}""", "startTime")]
    [InlineData("""{"startTime":"2026-01-31"}""", "startTime")]
    [InlineData("""{"startTime":"2026-01-31T20:00:00"}""", "startTime")]
    [InlineData("""{"startTime":"2026-02-30T20:00:00Z"}""", "startTime")]
    [InlineData("""{"startTime":"1969-12-31T23:59:59Z"}""", "startTime")]
    [InlineData("""{"startTime":1769889600}""", "startTime")]
    [InlineData("""{"startsItself":"yes"}""", "startsItself")]
    [InlineData("""{"endTime":"later"}""", "endTime")]
    [InlineData("""{"endTime":"2026-01-31T20:00:00Z"}""", "endTime")]
    [InlineData("""{"timezone":"Mars/Olympus"}""", "timezone")]
    [InlineData("""{"timezone":"../../etc/passwd"}""", "timezone")]
    [InlineData("""{"timezone":""}""", "timezone")]
    [InlineData("""{"videoID":""}""", "videoID")]
    [InlineData("""{"videoID":"a b"}""", "videoID")]
    [InlineData("""{"videoID":"a/b"}""", "videoID")]
    [InlineData("""{"videoID":"ok\n"}""", "videoID")]
    [InlineData("""{"videoID":"0197f0f4-0000-7000-8000-000000000000"}""", "videoID")]
    [InlineData("""{"videoID":"0197F0F4000070008000000000000000"}""", "videoID")]
    [InlineData("""{"status":"live"}""", "status")]
    [InlineData("""{"titel":"typing error"}""", "no member")]
    [InlineData("""{"Title":"case counts"}""", "no member")]
    [InlineData("""{"eventID":"0197f0f4-0000-7000-8000-000000000000"}""", "no member")]
    [InlineData("""{"settings":[]}""", "settings")]
    [InlineData("""{"settings":{"visibility":"secret"}}""", "settings.visibility")]
    [InlineData("""{"settings":{"visibility":1}}""", "settings.visibility")]
    [InlineData("""{"settings":{"reactionTypes":["like","like"]}}""", "settings.reactionTypes")]
    [InlineData("""{"settings":{"reactionTypes":["dislike"]}}""", "settings.reactionTypes")]
    [InlineData("""{"settings":{"reactionTypes":"like"}}""", "settings.reactionTypes")]
    [InlineData("""{"settings":{"slowModeSeconds":-1}}""", "settings.slowModeSeconds")]
    [InlineData("""{"settings":{"slowModeSeconds":3601}}""", "settings.slowModeSeconds")]
    [InlineData("""{"settings":{"slowModeSeconds":1.5}}""", "settings.slowModeSeconds")]
    [InlineData("""{"settings":{"slowModeSeconds":"5"}}""", "settings.slowModeSeconds")]
    [InlineData("""{"settings":{"maxParticipants":0}}""", "settings.maxParticipants")]
    [InlineData("""{"settings":{"maxParticipants":99999999999}}""", "settings.maxParticipants")]
    [InlineData("""{"settings":{"openBeforeStartMinutes":1441}}""", "settings.openBeforeStartMinutes")]
    [InlineData("""{"settings":{"videoUrl":"http://video.example/"}}""", "settings.videoUrl")]
    [InlineData("""{"settings":{"videoUrl":"javascript:alert(1)"}}""", "settings.videoUrl")]
    [InlineData("""{"settings":{"videoUrl":"https://user:word@video.example/"}}""", "settings.videoUrl")]
    [InlineData("""{"settings":{"videoUrl":"/relative"}}""", "settings.videoUrl")]
    [InlineData("""{"settings":{"videoUrl":"https://www.youtube.com/@somebody"}}""", "settings.videoUrl")]
    [InlineData("""{"settings":{"keep":"true"}}""", "settings.keep")]
    [InlineData("""{"settings":{"links":"all"}}""", "settings.links")]
    [InlineData("""{"settings":{"links":true}}""", "settings.links")]
    [InlineData("""{"settings":{"embedOrigins":["https://a.example/"]}}""", "settings.embedOrigins")]
    [InlineData("""{"settings":{"embedOrigins":["https://a.example/path"]}}""", "settings.embedOrigins")]
    [InlineData("""{"settings":{"embedOrigins":["*"]}}""", "settings.embedOrigins")]
    [InlineData("""{"settings":{"embedOrigins":["https://*.example.org"]}}""", "settings.embedOrigins")]
    [InlineData("""{"settings":{"embedOrigins":["javascript:alert(1)"]}}""", "settings.embedOrigins")]
    [InlineData("""{"settings":{"embedOrigins":["ftp://a.example"]}}""", "settings.embedOrigins")]
    [InlineData("""{"settings":{"embedOrigins":["https://user@a.example"]}}""", "settings.embedOrigins")]
    [InlineData("""{"settings":{"embedOrigins":["https://a.example; script-src *"]}}""", "settings.embedOrigins")]
    [InlineData("""{"settings":{"embedOrigins":["https://a.example 'self'"]}}""", "settings.embedOrigins")]
    [InlineData("""{"settings":{"embedOrigins":["https://a.example\n"]}}""", "settings.embedOrigins")]
    [InlineData("""{"settings":{"embedOrigins":["a.example"]}}""", "settings.embedOrigins")]
    [InlineData("""{"settings":{"embedOrigins":["https://a.example","https://A.example"]}}""", "settings.embedOrigins")]
    [InlineData("""{"settings":{"embedOrigins":"https://a.example"}}""", "settings.embedOrigins")]
    [InlineData("""{"settings":{"embedOrigins":[null]}}""", "settings.embedOrigins")]
    [InlineData("""{"settings":{"embedOrigins":[1]}}""", "settings.embedOrigins")]
    [InlineData("""{"settings":{"slowMode":5}}""", "settings has no member")]
    [InlineData("""{"moderationLevel":"Strict"}""", "moderationLevel is off, relaxed, standard or strict")]
    [InlineData("""{"moderationLevel":""}""", "moderationLevel")]
    [InlineData("""{"moderationLevel":2}""", "moderationLevel")]
    [InlineData("""{"analyticsConfig":[]}""", "analyticsConfig")]
    [InlineData("""{"analyticsConfig":"{}"}""", "analyticsConfig")]
    public async Task A_member_out_of_its_form_is_refused_by_name_when_creating_and_when_changing(string member, string named)
    {
        Assert.Contains(named, await _administrator.RefusedAsync(Error.InvalidEvent, "POST", "/events", With(member)), StringComparison.Ordinal);
        var id = await CreateAsync();
        var before = (await _administrator.CallAsync("GET", $"/events/{id}")).GetRawText();
        Assert.Contains(named, await _administrator.RefusedAsync(Error.InvalidEvent, "PATCH", $"/events/{id}", member), StringComparison.Ordinal);
        Assert.Equal(before, (await _administrator.CallAsync("GET", $"/events/{id}")).GetRawText());
    }

    [Theory]
    [InlineData("title")]
    [InlineData("eventType")]
    [InlineData("startTime")]
    public async Task What_is_required_must_be_there(string member)
    {
        var body = JsonSerializer.Serialize(JsonSerializer.Deserialize<Dictionary<string, string>>(Minimal)!.Where(pair => pair.Key != member).ToDictionary());
        Assert.Contains(member, await _administrator.RefusedAsync(Error.InvalidEvent, "POST", "/events", body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_title_has_255_characters_however_many_bytes_they_take()
    {
        await CreateAsync($$"""{"title":"{{string.Concat(Enumerable.Repeat("🏆", 255))}}"}""");
        await _administrator.RefusedAsync(Error.InvalidEvent, "POST", "/events", With($$"""{"title":"{{new string('x', 256)}}"}"""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"title":"a","title":"b"}""")]
    [InlineData("""{"settings":{"keep":true,"keep":false}}""")]
    [InlineData("""{"title":"\ud800"}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"settings":[[[[[[[[[[]]]]]]]]]]}""")]
    public async Task What_is_not_the_JSON_of_an_event_is_refused(string body)
    {
        await _administrator.RefusedAsync(Error.InvalidJson, "POST", "/events", body);
        await _administrator.RefusedAsync(Error.InvalidJson, "PATCH", $"/events/{await CreateAsync()}", body);
    }

    [Fact]
    public async Task A_body_of_another_kind_or_too_large_is_refused()
    {
        await _administrator.RefusedAsync(Error.UnsupportedMediaType, "POST", "/events", Minimal, "text/plain");
        await _administrator.RefusedAsync(Error.BodyTooLarge, "POST", "/events", With($$"""{"description":"{{new string('x', 40_000)}}"}"""));
    }

    [Theory]
    [InlineData("POST", "/events")]
    [InlineData("PATCH", "/events/an-event")]
    [InlineData("DELETE", "/events/an-event")]
    [InlineData("POST", "/events/an-event/start")]
    [InlineData("POST", "/events/an-event/end")]
    [InlineData("GET", "/events/an-event/participants")]
    [InlineData("PUT", "/events/an-event/participants/0197f0f4-0000-7000-8000-000000000000")]
    [InlineData("DELETE", "/events/an-event/participants/0197f0f4-0000-7000-8000-000000000000")]
    [InlineData("GET", "/users?username=ann")]
    public async Task Only_administrators_change_events_and_see_who_takes_part(string method, string path)
    {
        var id = await CreateAsync("""{"videoID":"an-event"}""");
        var body = method is "POST" or "PATCH" or "PUT" ? "{}" : null;
        await _server.Anonymous.RefusedAsync(Error.Unauthenticated, method, path, body);
        await _server.As(Role.Viewer).RefusedAsync(Error.Forbidden, method, path, body);
        await _server.As(Role.Moderator).RefusedAsync(Error.Forbidden, method, path, body);
        Assert.Equal(id, (await _server.Anonymous.CallAsync("GET", "/events/an-event")).Text("eventID"));
    }

    [Theory]
    [InlineData("GET", "/events/{0}")]
    [InlineData("PATCH", "/events/{0}")]
    [InlineData("DELETE", "/events/{0}")]
    [InlineData("POST", "/events/{0}/start")]
    [InlineData("POST", "/events/{0}/end")]
    [InlineData("GET", "/events/{0}/participants")]
    [InlineData("PUT", "/events/{0}/participants/0197f0f4-0000-7000-8000-000000000000")]
    [InlineData("DELETE", "/events/{0}/participants/0197f0f4-0000-7000-8000-000000000000")]
    public async Task An_event_that_is_not_there_is_not_found(string method, string path)
    {
        var body = method switch { "PATCH" => "{}", "PUT" => """{"role":"viewer"}""", _ => null };
        foreach (var name in new[] { "nowhere", Guid.NewGuid().ToString(), "%20", new string('x', 65), "a%2Fb", "%F0%9F%8F%86" })
            await _administrator.RefusedAsync(Error.EventNotFound, method, string.Format(path, name), body);
    }

    [Fact]
    public async Task A_merge_patch_changes_what_it_names_and_null_is_the_default()
    {
        var id = await CreateAsync("""{"description":"old","videoID":"patched","endTime":"2026-02-01T00:00:00Z","timezone":"Europe/Berlin","settings":{"slowModeSeconds":5,"keep":true,"reactionTypes":["like"]}}""");
        var patched = await _administrator.CallAsync("PATCH", "/events/patched", """{"title":"New","description":null,"settings":{"keep":null,"maxParticipants":7}}""");
        Assert.Equal("New", patched.Text("title"));
        Assert.False(patched.TryGetProperty("description", out _));
        Assert.Equal("sports", patched.Text("eventType"));
        Assert.Equal("""{"reactionTypes":["like"],"slowModeSeconds":5,"maxParticipants":7}""", patched.GetProperty("settings").GetRawText());
        Assert.NotEqual(patched.Text("createdAt"), patched.Text("updatedAt"));
        Assert.Equal(patched.GetRawText(), (await _administrator.CallAsync("GET", $"/events/{id}")).GetRawText());

        // What changes nothing leaves even the time of the change.
        Assert.Equal(patched.GetRawText(), (await _administrator.CallAsync("PATCH", "/events/patched", """{"title":"New","videoID":"patched"}""")).GetRawText());
        Assert.Equal(patched.GetRawText(), (await _administrator.CallAsync("PATCH", "/events/patched", "{}")).GetRawText());

        var defaults = await _administrator.CallAsync("PATCH", "/events/patched", """{"endTime":null,"timezone":null,"startsItself":null,"settings":null}""");
        Assert.Equal("{}", defaults.GetProperty("settings").GetRawText());
        Assert.Equal("UTC", defaults.Text("timezone"));
        Assert.False(defaults.TryGetProperty("endTime", out _));
        using var merge = await _administrator.SendAsync("PATCH", "/events/patched", """{"title":"Merged"}""", "application/merge-patch+json");
        Assert.Equal("Merged", (await merge.JsonAsync()).Text("title"));
    }

    [Fact]
    public async Task The_analytics_configuration_is_merged_member_by_member_and_bounded()
    {
        await CreateAsync("""{"videoID":"configured","moderationLevel":"relaxed","analyticsConfig":{"a":{"b":1,"c":[1,2]},"d":"x","gone":null}}""");
        async Task<JsonElement> PatchAsync(string config) => await _administrator.CallAsync("PATCH", "/events/configured", $$"""{"analyticsConfig":{{config}}}""");
        static string Config(JsonElement liveEvent) => liveEvent.GetProperty("analyticsConfig").GetRawText();

        var patched = await PatchAsync("""{"a":{"b":null,"e":{"f":true}},"d":{"g":null,"h":2}}""");
        Assert.Equal("""{"a":{"c":[1,2],"e":{"f":true}},"d":{"h":2}}""", Config(patched));
        Assert.Equal("relaxed", patched.Text("moderationLevel"));
        Assert.Equal(patched.GetRawText(), (await PatchAsync("""{"d":{"h":2}}""")).GetRawText());
        Assert.Equal(patched.GetRawText(), (await _administrator.CallAsync("GET", "/events/configured")).GetRawText());

        // The limit is that of the whole, whatever one patch adds.
        var half = new string('é', 1_020);
        var most = await PatchAsync($$"""{"one":"{{half}}"}""");
        Assert.Contains("analyticsConfig has at most 4 KB", await _administrator.RefusedAsync(Error.InvalidEvent, "PATCH", "/events/configured", $$$"""{"analyticsConfig":{"two":"{{{half}}}"}}"""), StringComparison.Ordinal);
        await _administrator.RefusedAsync(Error.InvalidJson, "PATCH", "/events/configured", """{"analyticsConfig":{"1":{"2":{"3":{"4":{"5":{"6":{"7":{}}}}}}}}}""");
        await _administrator.RefusedAsync(Error.InvalidJson, "PATCH", "/events/configured", """{"analyticsConfig":{"a":1,"a":2}}""");
        await _administrator.RefusedAsync(Error.InvalidJson, "PATCH", "/events/configured", """{"analyticsConfig":{"a":"\ud800"}}""");
        await _administrator.RefusedAsync(Error.InvalidJson, "PATCH", "/events/configured", """{"analyticsConfig":{"\ud800":1}}""");
        Assert.Equal(Config(most), Config(await _administrator.CallAsync("GET", "/events/configured")));

        var defaults = await _administrator.CallAsync("PATCH", "/events/configured", """{"analyticsConfig":null,"moderationLevel":null}""");
        Assert.Equal(("{}", "standard"), (Config(defaults), defaults.Text("moderationLevel")));
    }

    [Fact]
    public async Task Only_administrators_see_the_analytics_configuration()
    {
        var id = await CreateAsync("""{"analyticsConfig":{"sink":"secret-sink"}}""");
        await _administrator.CallAsync("POST", $"/events/{id}/start");
        foreach (var path in new[] { $"/events/{id}", "/events" })
        {
            Assert.Contains("secret-sink", (await _administrator.CallAsync("GET", path)).GetRawText(), StringComparison.Ordinal);
            foreach (var other in new[] { _server.Anonymous, _server.As(Role.Viewer), _server.As(Role.Moderator) })
                Assert.DoesNotContain("analyticsConfig", (await other.CallAsync("GET", path)).GetRawText(), StringComparison.Ordinal);
        }
        await using var stream = await StreamClient.WebSocketAsync(_server, id, token: _server.Token(Role.Administrator));
        Assert.DoesNotContain("analyticsConfig", (await stream.NextAsync("hello")).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patches_at_the_same_time_are_all_kept()
    {
        var id = await CreateAsync();
        string[] patches =
        [
            """{"title":"New"}""", """{"description":"New"}""", """{"eventType":"news"}""", """{"timezone":"Europe/Berlin"}""",
            """{"settings":{"slowModeSeconds":9}}""", """{"settings":{"maxParticipants":9}}""", """{"settings":{"openBeforeStartMinutes":9}}""", """{"settings":{"keep":true}}""",
        ];
        await Task.WhenAll(patches.Select(patch => _administrator.CallAsync("PATCH", $"/events/{id}", patch)));
        var all = await _administrator.CallAsync("GET", $"/events/{id}");
        Assert.Equal(("New", "New", "news", "Europe/Berlin"), (all.Text("title"), all.Text("description"), all.Text("eventType"), all.Text("timezone")));
        var settings = """{"slowModeSeconds":9,"maxParticipants":9,"openBeforeStartMinutes":9,"keep":true}""";
        Assert.Equal(settings, all.GetProperty("settings").GetRawText());
        // The log's last word on the settings is the catalogue's.
        Assert.Equal(settings, EventSettingsJson.Write((await _server.EntriesAsync(id)).OfType<SettingsEntry>().Last().Settings));
    }

    [Fact]
    public async Task Start_and_end_are_entries_of_the_log_and_the_same_when_repeated()
    {
        var id = await CreateAsync();
        var live = await _administrator.CallAsync("POST", $"/events/{id}/start");
        Assert.Equal("live", live.Text("status"));
        Assert.Equal(live.GetRawText(), (await _administrator.CallAsync("POST", $"/events/{id}/start")).GetRawText());
        await _administrator.CallAsync("PATCH", $"/events/{id}", """{"settings":{"slowModeSeconds":3}}""");
        await _administrator.CallAsync("PATCH", $"/events/{id}", """{"title":"No entry"}""");
        var ended = await _administrator.CallAsync("POST", $"/events/{id}/end");
        Assert.Equal("ended", ended.Text("status"));
        Assert.Equal(ended.Text("updatedAt"), ended.Text("endTime"));
        Assert.Equal(ended.GetRawText(), (await _administrator.CallAsync("POST", $"/events/{id}/end")).GetRawText());
        await _administrator.RefusedAsync(Error.StateConflict, "POST", $"/events/{id}/start");
        await _administrator.RefusedAsync(Error.StateConflict, "PATCH", $"/events/{id}", """{"startTime":"2027-01-01T00:00:00Z"}""");
        await _administrator.RefusedAsync(Error.StateConflict, "PATCH", $"/events/{id}", """{"endTime":null}""");

        var entries = await _server.EntriesAsync(id);
        Assert.Equal([EventStatus.Scheduled, EventStatus.Live, EventStatus.Ended], entries.OfType<StatusEntry>().Select(entry => entry.Status));
        Assert.Equal(3, Assert.Single(entries.OfType<SettingsEntry>()).Settings.SlowModeSeconds);
        Assert.Equal(4, entries.Count);
    }

    [Fact]
    public async Task An_event_says_when_it_really_went_live_and_ended_whatever_was_planned()
    {
        var id = await CreateAsync("""{"startTime":"2126-01-31T20:00:00Z","endTime":"2126-01-31T22:00:00Z"}""");
        var planned = await _administrator.CallAsync("GET", $"/events/{id}");
        Assert.False(planned.TryGetProperty("startedAt", out _) || planned.TryGetProperty("endedAt", out _));
        var before = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        var live = await _administrator.CallAsync("POST", $"/events/{id}/start");
        var startedAt = live.GetProperty("startedAt").GetDateTimeOffset();
        Assert.InRange(startedAt, before, DateTimeOffset.UtcNow);
        Assert.False(live.TryGetProperty("endedAt", out _));
        Assert.Equal("2126-01-31T20:00:00.000Z", live.Text("startTime"));
        await using (var viewer = await StreamClient.WebSocketAsync(_server, id))
            Assert.Equal(live.Text("startedAt"), (await viewer.NextAsync("hello")).GetProperty("event").Text("startedAt"));

        // A new plan for its end is held to when it began, not to when it was to begin.
        await _administrator.CallAsync("PATCH", $"/events/{id}", $$"""{"endTime":"{{startedAt.AddHours(1):O}}"}""");
        var detail = await _administrator.RefusedAsync(Error.InvalidEvent, "PATCH", $"/events/{id}", $$"""{"endTime":"{{startedAt:O}}"}""");
        Assert.Equal("endTime is after startedAt.", detail);

        var ended = await _administrator.CallAsync("POST", $"/events/{id}/end");
        Assert.Equal(live.Text("startedAt"), ended.Text("startedAt"));
        Assert.Equal(ended.Text("endTime"), ended.Text("endedAt"));
        await _administrator.CallAsync("PATCH", $"/events/{id}", """{"title":"Over"}""");
        Assert.Equal(ended.Text("endedAt"), (await _server.Anonymous.CallAsync("GET", "/events?status=ended")).EnumerateArray().Single(one => one.Text("eventID") == id).Text("endedAt"));
        // Offsets of its replay count from the same moment.
        Assert.Equal(live.Text("startedAt"), (await _server.Anonymous.CallAsync("GET", $"/live/{id}/replay")).Text("startedAt"));
    }

    [Fact]
    public async Task A_start_after_the_planned_end_leaves_the_rest_of_the_event_to_change()
    {
        var id = await CreateAsync("""{"startTime":"2020-01-31T20:00:00Z","endTime":"2020-01-31T22:00:00Z"}""");
        await _administrator.CallAsync("POST", $"/events/{id}/start");
        Assert.Equal("Late", (await _administrator.CallAsync("PATCH", $"/events/{id}", """{"title":"Late"}""")).Text("title"));
    }

    [Fact]
    public async Task A_start_that_a_crash_cut_off_after_the_row_is_finished_by_trying_again()
    {
        Assert.True(EventId.TryParse(await CreateAsync(), out var id));
        var catalog = _server.Services.GetRequiredService<IEventCatalog>();
        var row = (await catalog.FindAsync(id, CancellationToken.None))!;
        Assert.True(await catalog.UpdateAsync(row with { Status = EventStatus.Live, UpdatedAt = row.UpdatedAt.AddMilliseconds(1) }, row, CancellationToken.None));

        using var answer = await _administrator.SendAsync("POST", $"/events/{id}/start");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var heads = await _server.Services.GetRequiredService<IEventLog>().HeadsAsync([id], CancellationToken.None);
        Assert.Equal(EventStatus.Live, heads[id].Status);
    }

    [Fact]
    public async Task An_event_may_be_called_off_before_it_starts()
    {
        var id = await CreateAsync("""{"startTime":"2126-01-31T20:00:00Z","endTime":"2126-01-31T22:00:00Z"}""");
        var ended = await _administrator.CallAsync("POST", $"/events/{id}/end");
        Assert.Equal("ended", ended.Text("status"));
        Assert.Equal(ended.Text("updatedAt"), ended.Text("endTime"));
        Assert.Equal(ended.Text("updatedAt"), ended.Text("endedAt"));
        Assert.False(ended.TryGetProperty("startedAt", out _));
        Assert.Equal("Called off", (await _administrator.CallAsync("PATCH", $"/events/{id}", """{"title":"Called off"}""")).Text("title"));
    }

    [Fact]
    public async Task A_deleted_event_is_gone_with_everything_that_belongs_to_it()
    {
        var author = new UserId(Guid.NewGuid());
        var id = await CreateAsync("""{"videoID":"gone"}""");
        await _administrator.CallAsync("POST", "/events/gone/start");
        await _administrator.CallAsync("PUT", $"/events/gone/participants/{author}", """{"role":"moderator"}""");
        var posted = await _server.PlaceCommentsAsync(id, author, "mine");
        Assert.Single((await _server.As(Role.Viewer, author).CallAsync("GET", "/me/comments")).EnumerateArray());

        await DeleteAsync("gone");
        foreach (var name in new[] { "gone", id })
        {
            await _server.Anonymous.RefusedAsync(Error.EventNotFound, "GET", $"/events/{name}");
            await _server.Anonymous.RefusedAsync(Error.EventNotFound, "GET", $"/live/{name}/comments");
            await _server.Anonymous.RefusedAsync(Error.EventNotFound, "GET", $"/live/{name}/comments/{posted[0].Id}");
            await _administrator.RefusedAsync(Error.EventNotFound, "DELETE", $"/events/{name}");
        }
        Assert.Empty((await _server.As(Role.Viewer, author).CallAsync("GET", "/me/comments")).EnumerateArray());
        Assert.DoesNotContain(id, (await _administrator.CallAsync("GET", "/events")).GetRawText(), StringComparison.Ordinal);
        await _server.LogIsGoneAsync(id);
    }

    [Fact]
    public async Task Every_event_is_listed_once_latest_start_first_page_by_page()
    {
        var expected = new List<string>();
        for (var i = 0; i < 25; i++)
            // Five events start at each time.
            expected.Insert(i / 5 * 5, await CreateAsync($$"""{"title":"{{i}}","startTime":"2026-01-31T1{{i / 5}}:00:00Z","eventType":"{{(i % 2 == 0 ? "news" : "sports")}}"}"""));
        expected = [.. expected.Chunk(5).Reverse().SelectMany(chunk => chunk)];
        await _administrator.CallAsync("POST", $"/events/{expected[3]}/start");

        Assert.Equal(expected.Order(), (await PagesAsync("/events?limit=4")).Order());
        Assert.Equal(await PagesAsync("/events?limit=500"), await PagesAsync("/events?limit=1"));
        var starts = new List<string>();
        foreach (var listed in (await _server.Anonymous.CallAsync("GET", "/events")).EnumerateArray())
            starts.Add(listed.Text("startTime")!);
        Assert.Equal(starts.OrderDescending(), starts);
        Assert.Equal(13, (await PagesAsync("/events?type=news&limit=4")).Count);
        Assert.Equal([expected[3]], await PagesAsync("/events?status=live"));
        Assert.Equal(24, (await PagesAsync("/events?status=scheduled&limit=7")).Count);
        Assert.Empty(await PagesAsync("/events?status=ended"));
        Assert.Equal((await PagesAsync("/events")).Skip(2), await PagesAsync($"/events?after={(await PagesAsync("/events"))[1]}"));
    }

    [Theory]
    [InlineData("status=Live")]
    [InlineData("status=")]
    [InlineData("status=live&status=ended")]
    [InlineData("limit=0")]
    [InlineData("limit=501")]
    [InlineData("limit=+5")]
    [InlineData("limit=ten")]
    [InlineData("after=nowhere")]
    public async Task A_list_with_a_parameter_out_of_its_form_is_refused(string query) =>
        Assert.Contains(query[..query.IndexOf('=')], await _server.Anonymous.RefusedAsync(Error.InvalidParameter, "GET", "/events?" + query), StringComparison.Ordinal);

    [Fact]
    public async Task A_private_event_is_for_participants_on_every_read()
    {
        var guest = new UserId(Guid.NewGuid());
        var id = await CreateAsync("""{"videoID":"private","settings":{"visibility":"private"}}""");
        var comment = (await _server.PlaceCommentsAsync(id, new UserId(Guid.NewGuid()), "secret"))[0];
        string[] reads = ["/events/private", "/live/private/comments", "/live/private/comments?after=start", "/live/private/comments?sort=popular", $"/live/private/comments/{comment.Id}"];
        foreach (var read in reads)
        {
            await _server.Anonymous.RefusedAsync(Error.EventNotFound, "GET", read);
            await _server.As(Role.Viewer, guest).RefusedAsync(Error.EventNotFound, "GET", read);
            await _server.As(Role.Moderator, moderatorOf: new EventId(Guid.NewGuid())).RefusedAsync(Error.EventNotFound, "GET", read);
        }
        Assert.Empty(await PagesAsync("/events"));
        Assert.Empty(await PagesAsync("/events", _server.As(Role.Viewer, guest)));

        var admitted = await _administrator.CallAsync("PUT", $"/events/private/participants/{guest}", """{"role":"viewer"}""");
        Assert.Equal((id, guest.ToString(), "viewer"), (admitted.Text("eventID"), admitted.Text("userID"), admitted.Text("role")));
        Assert.True(EventId.TryParse(id, out var eventId));
        foreach (var reader in new[] { _server.As(Role.Viewer, guest), _administrator, _server.As(Role.Moderator), _server.As(Role.Moderator, moderatorOf: eventId) })
            foreach (var read in reads)
                await reader.CallAsync("GET", read);
        foreach (var reader in new[] { _server.As(Role.Viewer, guest), _administrator, _server.As(Role.Moderator) })
            Assert.Equal([id], await PagesAsync("/events", reader));

        using (var dismissed = await _administrator.SendAsync("DELETE", $"/events/private/participants/{guest}"))
            Assert.Equal(HttpStatusCode.NoContent, dismissed.StatusCode);
        using (var again = await _administrator.SendAsync("DELETE", $"/events/private/participants/{guest}"))
            Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
        foreach (var read in reads)
            await _server.As(Role.Viewer, guest).RefusedAsync(Error.EventNotFound, "GET", read);
        Assert.Empty(await PagesAsync("/events", _server.As(Role.Viewer, guest)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"role":"administrator"}""")]
    [InlineData("""{"role":"Moderator"}""")]
    [InlineData("""{"role":1}""")]
    [InlineData("""{"role":null}""")]
    [InlineData("""{"role":"viewer","note":"x"}""")]
    public async Task A_participant_is_a_viewer_or_a_moderator(string body)
    {
        var id = await CreateAsync();
        await _administrator.RefusedAsync(Error.InvalidJson, "PUT", $"/events/{id}/participants/{Guid.NewGuid()}", body);
        await _administrator.RefusedAsync(Error.UserNotFound, "PUT", $"/events/{id}/participants/somebody", """{"role":"viewer"}""");
        await _administrator.RefusedAsync(Error.UserNotFound, "DELETE", $"/events/{id}/participants/somebody");
    }

    [Fact]
    public async Task Somebody_is_found_by_their_whole_name_and_stands_in_the_list_of_participants()
    {
        var id = await CreateAsync();
        var ann = (await _server.RegisterAsync("Ann")).Text("userID")!;
        await _server.RegisterAsync("Anna");
        var found = Assert.Single((await _administrator.CallAsync("GET", "/users?username=aNN")).EnumerateArray());
        Assert.Equal($$"""{"userID":"{{ann}}","username":"Ann","displayName":"Ann"}""", found.GetRawText());
        foreach (var nobody in new[] { "An", "", "%25", "a%20b", new string('x', 31) })
            Assert.Empty((await _administrator.CallAsync("GET", $"/users?username={nobody}")).EnumerateArray());
        foreach (var query in new[] { "", "?username=a&username=b", "?name=ann" })
            Assert.Contains("username", await _administrator.RefusedAsync(Error.InvalidParameter, "GET", "/users" + query), StringComparison.Ordinal);

        Assert.Equal("[]", (await _administrator.CallAsync("GET", $"/events/{id}/participants")).GetRawText());
        var stranger = Guid.NewGuid();
        await _administrator.CallAsync("PUT", $"/events/{id}/participants/{stranger}", """{"role":"viewer"}""");
        await _administrator.CallAsync("PUT", $"/events/{id}/participants/{ann}", """{"role":"moderator"}""");
        Assert.Equal($$"""[{"userID":"{{ann}}","username":"Ann","displayName":"Ann","role":"moderator"},{"userID":"{{stranger}}","role":"viewer"}]""",
            (await _administrator.CallAsync("GET", $"/events/{id}/participants")).GetRawText());

        using var first = await _administrator.SendAsync("GET", $"/events/{id}/participants?limit=1");
        Assert.Equal(ann, Assert.Single((await first.JsonAsync()).EnumerateArray()).Text("userID"));
        Assert.Equal($"</events/{id}/participants?after={ann}&limit=1>; rel=\"next\"", first.Headers.GetValues("Link").Single());
        using var second = await _administrator.SendAsync("GET", $"/events/{id}/participants?after={ann}&limit=1");
        Assert.Equal(stranger.ToString(), Assert.Single((await second.JsonAsync()).EnumerateArray()).Text("userID"));
        Assert.False(second.Headers.Contains("Link"));
        foreach (var query in new[] { "after=nobody", $"after={Guid.NewGuid()}", "limit=0" })
            await _administrator.RefusedAsync(Error.InvalidParameter, "GET", $"/events/{id}/participants?{query}");
    }

    private static string With(string member)
    {
        var merged = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Minimal)!;
        foreach (var (name, value) in JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(member)!)
            merged[name] = value;
        return JsonSerializer.Serialize(merged);
    }

    private async Task<string> CreateAsync(string members = "{}") =>
        (await _administrator.CallAsync("POST", "/events", With(members), HttpStatusCode.Created)).Text("eventID")!;

    private async Task DeleteAsync(string name)
    {
        using var deleted = await _administrator.SendAsync("DELETE", $"/events/{name}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
    }

    private async Task<List<string>> PagesAsync(string path, HttpClient? reader = null)
    {
        var ids = new List<string>();
        for (string? next = path; next is not null;)
        {
            using var answer = await (reader ?? _server.Anonymous).GetAsync(next);
            ids.AddRange((await answer.JsonAsync()).EnumerateArray().Select(liveEvent => liveEvent.Text("eventID")!));
            next = answer.Link("next");
        }
        return ids;
    }
}
