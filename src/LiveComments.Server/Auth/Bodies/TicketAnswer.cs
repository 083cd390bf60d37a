namespace LiveComments.Server.Auth.Bodies;

internal sealed record TicketAnswer(string Ticket, DateTimeOffset ExpiresAt);
