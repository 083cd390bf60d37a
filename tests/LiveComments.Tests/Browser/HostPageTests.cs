using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;
using Microsoft.Playwright;

namespace LiveComments.Tests.Browser;

[Collection(StaffBrowserCollection.Name)]
public sealed class HostPageTests(Chromium chromium)
{
    [RequiresFact(Chromium.Program)]
    public async Task A_host_comes_from_the_event_s_page_to_its_form_and_sees_no_other_event()
    {
        await using var server = await TestServer.StartAsync();
        await server.LiveEventAsync("show");
        await server.LiveEventAsync("other");
        await using var hana = await Visitor.ComeAsync(chromium, server, "hana");
        var page = hana.Page;
        await page.GotoAsync("/admin#/show");
        await page.GetByRole(AriaRole.Heading, new() { Name = "This page is for administrators" }).WaitForAsync();
        using (var administrator = server.As(Role.Administrator))
            await administrator.CallAsync("PUT", $"/events/show/participants/{hana.UserId}", """{"role":"host"}""");
        await page.GotoAsync("/live/show");
        await page.GetByRole(AriaRole.Link, new() { Name = "Manage" }).ClickAsync();
        await page.GetByLabel("Title", new() { Exact = true }).FillAsync("Hana's show");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await page.GetByText("Saved.").WaitForAsync();
        Assert.Equal("Hana's show", (await server.Anonymous.CallAsync("GET", "/events/show")).Text("title"));
        Assert.False(await page.Locator("#catalogue").IsVisibleAsync());
        foreach (var absent in (string[])["Delete event", "Use again"])
            Assert.Equal(0, await page.GetByText(absent).CountAsync());
        hana.AssertNoFault();
    }

    [RequiresFact(Chromium.Program)]
    public async Task A_series_is_planned_at_the_same_time_on_its_clocks()
    {
        await using var server = await TestServer.StartAsync();
        await using var nadia = await server.AdministratorAsync(chromium, new BrowserNewContextOptions { TimezoneId = "Europe/Berlin", ViewportSize = new ViewportSize { Width = 1280, Height = 800 } });
        var page = nadia.Page;
        await page.GotoAsync("/admin#new");
        await page.GetByLabel("Title", new() { Exact = true }).FillAsync("Evening show");
        await page.GetByLabel("Type", new() { Exact = true }).FillAsync("news");
        await page.GetByLabel("Starts", new() { Exact = true }).FillAsync("2031-03-20T20:00");
        await page.GetByLabel("Ends").FillAsync("2031-03-20T21:00");
        await page.GetByLabel("Held").SelectOptionAsync("weekly");
        await page.GetByLabel("How many events").FillAsync("3");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create event" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Evening show" }).WaitForAsync();
        // Clocks are put forward on 30 March.
        foreach (var (id, start) in ((string, string)[])[("evening-show", "2031-03-20T19:00:00.000Z"), ("evening-show-2", "2031-03-27T19:00:00.000Z"), ("evening-show-3", "2031-04-03T18:00:00.000Z")])
        {
            var planned = await server.Anonymous.CallAsync("GET", $"/events/{id}");
            Assert.Equal(start, planned.Text("startTime"));
            Assert.Equal(TimeSpan.FromHours(1), DateTimeOffset.Parse(planned.Text("endTime")!, System.Globalization.CultureInfo.InvariantCulture) - DateTimeOffset.Parse(start, System.Globalization.CultureInfo.InvariantCulture));
        }
        nadia.AssertNoFault();
    }
}
