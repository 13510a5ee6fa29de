"""What people write to a support desk or say to an assistant about, by domain.

Each domain: things, what one does with them, what goes wrong with them, what one wants
to know of them, and short commands or whole sentences of its own. Written by hand.
"""


def words(text):
    return [one.strip() for one in text.split(",") if one.strip()]


DOMAINS = {}


def domain(name, things, deeds, troubles, facts, whole=""):
    DOMAINS[name] = {
        "things": words(things),
        "deeds": words(deeds),
        "troubles": words(troubles),
        "facts": words(facts),
        "whole": [one.strip() for one in whole.strip().splitlines() if one.strip()],
    }


domain(
    "bank card",
    "card, debit card, credit card, bank card, virtual card, new card, replacement card, contactless card, old card, disposable card, second card, physical card, visa, mastercard, PIN, PIN code, CVV, chip, magnetic strip",
    "activate, order, freeze, unfreeze, block, unblock, cancel, replace, renew, lose, find, link, add, use abroad, track, change, reset, unlock, receive, collect, request, get, order another, report as stolen, set up, remove, top up",
    "has not arrived, has not come yet, was declined, got declined at the shop, is not working, does not work, was stolen, is lost, got lost in the mail, was swallowed by the machine, is damaged, is about to expire, has expired, is blocked, got stuck in the ATM, was rejected online, is not accepted, will not go through, is locked after too many tries, was used by somebody else, was copied, cannot be activated, broke in half, is missing",
    "delivery time, fee, limit, daily limit, expiry date, age limit, country, delivery address, security code, tracking number, cost abroad, currency, PIN, number, status",
    """
    my wallet was stolen this morning with all of my cards
    I think someone is using my card without my permission
    there is a payment on my card I do not recognise
    the machine ate my card
    how many cards can I have at the same time
    can I pay with my phone instead of the card
    does contactless work everywhere
    which shops accept this card
    can my daughter have a card too
    does it work with Apple Pay or Google Pay
    I forgot my PIN and entered it wrong three times
    I need cash but the machine refuses my card
    when will my new card be here
    do you send cards to Ireland
    I want my card delivered on a certain date
    I found my card after I had reported it as missing
    """,
)
domain(
    "bank account",
    "account, savings account, joint account, business account, current account, balance, statement, overdraft, interest, profile, identity check, verification, passport photo, proof of address, source of money, account number, IBAN, sort code, routing number, personal details, name, address, phone number, salary, standing order, direct debit",
    "open, close, verify, prove, update, change, edit, delete, share, download, see, check, increase, receive, set up, cancel, transfer, upload, confirm, find, switch",
    "was closed, is frozen, is wrong, does not match, was not updated, is negative, looks wrong, is lower than it should be, has not been verified, was rejected, cannot be opened, is overdrawn, keeps failing, is not shown, did not change after the deposit",
    "interest rate, minimum age, requirements, monthly fee, minimum balance, documents, opening hours, maximum amount, waiting time, currency, terms, branch, reason",
    """
    why do you need to know where my money comes from
    what papers do I need to prove who I am
    why can you not confirm my identity
    I just got married and need to change my last name
    I moved house and need to tell you my new address
    am I old enough to have an account
    can my child have an account with you
    my salary was not paid in today
    can I be paid in another currency
    how do you know that it is me
    please delete everything about me and close the account
    I am leaving you for another bank
    how much money do I have left
    what did I spend on food last month
    what is the routing number of my bank
    how high is the interest on my savings
    """,
)
domain(
    "payment",
    "payment, transfer, bank transfer, deposit, cheque, cash deposit, refund, direct debit, top up, withdrawal, cash withdrawal, transaction, charge, fee, exchange rate, currency exchange, international transfer, pending payment, subscription payment, beneficiary, recipient, standing order, hold, extra charge, amount, money",
    "make, cancel, send, receive, reverse, dispute, stop, request, trace, confirm, schedule, repeat, report, exchange, speed up, track, get back, undo, explain, convert, withdraw, add, pay",
    "is still pending, has not arrived, failed, was declined, was cancelled, was returned, was charged twice, was taken twice, appears twice, has not shown up, is wrong, is too high, was not made by me, went to the wrong person, did not reach the recipient, was reverted, is missing, is not recognised, shows the wrong amount, was not credited, is delayed, disappeared from my statement, was deducted although the machine gave no cash",
    "exchange rate, fee, limit, minimum, maximum, processing time, reference, date, reason, status, currency, cost, name of the shop",
    """
    I was charged a fee for taking out cash
    the cash machine gave me less money than I asked for
    why was I charged extra for paying in euros
    the rate you used is not the official one
    I sent money to the wrong account number
    I transferred money to my friend but she has not got it
    how long until the money from my cheque is available
    what is this one pound charge on my statement
    I got only part of the money
    please give me my money back
    I never bought anything from that company
    how many transfers can I make for free
    can I take out dollars abroad
    do you charge for sending money to other countries
    which currencies can I hold
    can I top up automatically when I run low
    my top up was reverted
    does my top up arrive at once
    I paid by mistake how can I undo it
    transfer one hundred from checking to savings
    the seller cancelled but the money has not come back
    someone took money out of my account
    """,
)
domain(
    "shop",
    "order, item, product, shoes, jacket, dress, shirt, jeans, laptop, phone, gift card, voucher, coupon, discount code, promo code, basket, cart, invoice, receipt, warranty, guarantee, size, colour, wish list, membership, loyalty points, price, sale item, sofa, book, game, headphones, preorder, stock",
    "order, buy, cancel, change, return, exchange, track, pay for, reorder, redeem, use, apply, add, remove, find, compare, review, reserve, gift, download, get, spend, combine",
    "is out of stock, is sold out, is too small, is too big, does not fit, arrived broken, arrived damaged, is the wrong colour, is the wrong size, is faulty, is missing from the parcel, does not look like the picture, was cancelled, is not valid, has expired, does not work, was more expensive than shown, stopped working after a week, was not applied at checkout, has a stain, is not what I ordered",
    "price, size, colour, availability, return policy, material, delivery cost, discount, warranty, brand, weight, opening hours, washing instructions, payment options, model",
    """
    when will it be back in stock
    do you have this in a larger size
    can I return it after thirty days
    I got the wrong item in my parcel
    one thing is missing from my order
    do you price match other shops
    the same jacket is cheaper now can I get the difference
    I want to send it back and get a refund
    can I pay by invoice
    can I pay in instalments
    do you have a shop in Oslo
    is gift wrapping available
    my discount code is not accepted
    I forgot to use my coupon
    how do I earn points
    can someone else pick it up for me
    please cancel my order it was a mistake
    I ordered two but only one came
    """,
)
domain(
    "delivery",
    "parcel, package, delivery, shipment, order, letter, courier, driver, tracking number, tracking link, delivery date, delivery address, return label, customs, customs fee, pick-up point, parcel locker, signature, express delivery, pallet, mailbox",
    "track, change, reschedule, redirect, collect, pick up, return, send, print, cancel, receive, refuse, claim, sign for, insure, weigh, ship, find, delay, leave with a neighbour",
    "has not arrived, is late, is delayed, was delivered to the wrong address, was left in the rain, was opened, is lost, says delivered but is not here, is stuck in customs, was returned to sender, has not moved for days, never came, was damaged, is missing, did not ring the bell, does not update, was stolen from the porch, is on its way for a week",
    "cost, delivery time, weight limit, size, status, country, address, arrival time, carrier, weekend delivery, cut-off time, insurance",
    """
    where is my parcel
    how long does shipping take
    do you deliver on Saturdays
    do you ship to Norway
    can I have it sent to my work instead
    nobody was home when the courier came
    I live abroad can you send it there
    who delivers your parcels
    can it be delivered in the evening
    do I have to pay customs
    how much is express shipping
    the neighbour did not get it either
    """,
)
domain(
    "travel",
    "flight, ticket, booking, reservation, hotel, room, train, bus, ferry, rental car, seat, luggage, suitcase, hand baggage, boarding pass, passport, visa, travel insurance, itinerary, connection, lounge, upgrade, gate, taxi, cabin, holiday, meal on board, vaccination, travel alert, plane, airport, excess baggage",
    "book, cancel, change, rebook, check in for, upgrade, confirm, find, reserve, pay for, print, rent, claim, bring, choose, plan, track, need, get, lose, leave, see",
    "was cancelled, is delayed, is overbooked, did not arrive, was lost, was damaged, is fully booked, is too expensive, left without me, was missed, has the wrong name on it, is dirty, was double booked, cannot be found, is noisy, was not refunded",
    "price, departure time, arrival time, gate, weight limit, size, cancellation fee, duration, platform, check-in time, distance, breakfast, parking, pet policy, terminal, seat number",
    """
    my suitcase did not arrive with the plane
    how much luggage can I take
    can I bring my dog on board
    I missed my connection
    what time does the next train to Bergen leave
    how do I get to the airport from the station
    is breakfast included
    do I need a visa for Japan
    do I need any shots before I go to Kenya
    is it safe to travel to Egypt
    find me a cheap flight to Rome next Friday
    book a table for two near the hotel
    when does my flight land
    has my flight been delayed
    what carriers fly to Boston
    rent me a car for three days
    what plug do they use in England
    how is the traffic on the way to work
    how far is it to the beach
    call me a taxi
    order an uber to the station
    when does the last bus go
    """,
)
domain(
    "telecom",
    "SIM card, eSIM, phone number, mobile plan, data, data plan, roaming, internet, router, modem, wifi, broadband, fibre, TV box, channel, voicemail, bill, contract, coverage, signal, text messages, phone, handset, landline, extension, hotspot",
    "activate, order, change, keep, port, cancel, upgrade, extend, restart, reset, set up, buy, top up, block, pay, connect, move, turn on, turn off, unlock, check, reduce",
    "is slow, keeps dropping, is not working, has no signal, is down, does not connect, cuts out every evening, was used up, is too expensive, cannot be reached, is blocked, shows a red light, has not been ported, stopped working after the update, is weak indoors, is not found",
    "speed, price, coverage, number, contract period, data limit, roaming charge, cancellation period, network, PUK code, password, installation date",
    """
    I have no signal at home
    my internet has been down since yesterday
    how much data do I have left
    can I keep my old number
    how much does roaming cost in Spain
    the light on the router is red
    a technician was supposed to come today
    my phone fell into the water
    I cannot make calls but I can get them
    why is my bill so high this month
    I want to end my contract
    """,
)
domain(
    "account and sign-in",
    "account, password, login, user name, email address, two-factor code, verification code, passcode, profile picture, newsletter, notifications, privacy settings, permission, invitation, team member, role, session, app, website, security question, phone number, backup codes, face ID, fingerprint, language",
    "reset, change, forget, recover, delete, close, create, verify, confirm, turn on, turn off, unlock, update, merge, share, log out of, sign in to, add, remove, unsubscribe from, install, update, reinstall, set",
    "is locked, was hacked, does not work, is not accepted, has not arrived, never comes, keeps logging me out, crashes, freezes, shows an error, is already taken, has expired, is wrong, does not load, is blank, is stuck, will not open, was disabled, is not recognised, asks me again and again",
    "password rules, user name, security, settings, version, language, email, permissions, date of birth",
    """
    I cannot log in
    I forgot my password
    I am not getting the code by text message
    somebody else got into my account
    I lost my phone and cannot sign in
    the app does not open on my new phone
    how do I change my email address
    please remove all of my data
    stop sending me emails
    the reset link has expired
    I get an error when I sign in
    where do I find my settings
    how do I turn off notifications
    the app keeps crashing
    """,
)
domain(
    "software",
    "software, program, app, update, installation, driver, printer, scanner, screen, keyboard, mouse, sound, video, file, folder, backup, hard disk, USB stick, database, server, network, firewall, license, license key, plugin, browser, operating system, API, API key, webhook, integration, dashboard, report, export, spreadsheet, import, desktop, terminal, package, kernel, partition, battery, bluetooth, webcam, graphics card, shortcut, calendar sync",
    "install, uninstall, update, upgrade, configure, set up, connect, disable, enable, remove, restore, back up, share, export, import, convert, print, scan, run, open, delete, recover, download, mount, format, restart, shut down, boot, debug, recommend, integrate, renew",
    "crashes, does not start, is slow, freezes, does not print, is not found, gives an error, is not detected, cannot connect, has no sound, is corrupt, will not install, takes forever, is full, disappeared, flickers, runs out of memory, times out, is not supported, fails with error 500, does not sync, returns nothing, is empty, broke after the update",
    "version, price, requirements, size, file format, settings, shortcut, documentation, location, speed, alternative, rate limit",
    """
    which program can I use to edit videos
    what is the best editor for Python
    how do I update to the newest version
    my computer does not start any more
    how can I make my laptop shut down faster
    which version am I running
    the page does not load in my browser
    how do I export all of my data as CSV
    how many users does the license cover
    is there an app for Android
    can I use it offline
    how do I connect my printer over wifi
    I deleted a file by mistake can I get it back
    the screen stays black after the update
    how do I uninstall it completely
    what do I need to upgrade to the new release
    """,
)
domain(
    "billing and subscription",
    "subscription, plan, invoice, bill, free trial, premium plan, yearly plan, monthly plan, payment method, billing address, tax, VAT, receipt, credit, refund, discount, membership, renewal, price, donation, seat, add-on, student discount",
    "cancel, pause, renew, upgrade, downgrade, change, pay, update, get, download, dispute, extend, end, start, switch, stop, share, reactivate",
    "was renewed without asking, is too high, was charged twice, is wrong, has not been paid, is overdue, was not cancelled, failed, is not shown, was charged after I cancelled, has the wrong address, cannot be changed, went up",
    "price, due date, amount, cancellation period, difference, billing date, total, tax rate, minimum payment, features",
    """
    I want to cancel my subscription
    you charged me although I had cancelled
    why did the price go up
    what is the difference between the plans
    when is my next payment due
    can I get an invoice with VAT
    how do I end the free trial
    can I pay yearly instead of monthly
    pay my electricity bill
    how much is my gas bill
    when do I have to pay my water bill
    """,
)
domain(
    "credit and insurance",
    "loan, mortgage, car loan, credit score, credit limit, insurance, car insurance, home insurance, health insurance, claim, policy, accident, damage, deductible, premium, rewards, points, coverage, tax return, pension, interest rate, retirement account, W2, direct deposit, payday, paycheck, annual fee, income",
    "apply for, get, increase, improve, raise, report, file, cancel, change, compare, pay off, extend, redeem, check, transfer, roll over, claim, qualify for, understand, lower",
    "was rejected, was denied, is too low, is too high, went down, was not paid, does not cover this, has not been processed, is under review, expired, is incorrect, increased",
    "interest rate, amount, coverage, deadline, requirements, monthly payment, rate, status, limit, term, annual percentage rate, benefits",
    """
    I had a car accident what do I do now
    what does my insurance cover
    how can I improve my credit score
    how much can I borrow
    when is payday
    how many points do I have
    what is my credit limit
    when are taxes due
    where can I get my tax form
    which card has the best rewards
    how do I change my insurance
    """,
)
domain(
    "time and alarms",
    "alarm, timer, reminder, meeting, appointment, event, calendar, schedule, birthday, date, time zone, morning alarm, wake-up call, stopwatch, holiday, deadline, dentist appointment, conference call, lunch, class, vacation day",
    "set, cancel, delete, remove, change, move, snooze, show, list, add, check, create, stop, turn off, pause, postpone, invite somebody to, schedule, repeat, clear, confirm",
    "did not ring, is at the wrong time, is too loud, was deleted, overlaps with another one, is missing, was moved, starts too early",
    "time, date, day, place, length, name, participants",
    """
    wake me up at seven tomorrow morning
    set an alarm for six thirty
    remind me to call mom at noon
    what time is it in Tokyo
    what is the date next Friday
    what day of the week is Christmas
    what do I have to do today
    when is my next meeting
    am I free on Tuesday afternoon
    put lunch with Anna in my calendar
    delete all events of this week
    how many days until the first of May
    set a timer for ten minutes
    how much time is left on the timer
    which alarms are on
    cancel my meeting at three
    who comes to the meeting
    how many vacation days do I have left
    I would like to take next week off
    schedule a meeting with the team
    is there a meeting room free at two
    what time zone is Chicago in
    """,
)
domain(
    "home and devices",
    "light, lights, lamp, kitchen light, bedroom lights, heating, thermostat, temperature, vacuum cleaner, robot vacuum, coffee machine, kettle, plug, smart socket, fan, blinds, door, garage door, washing machine, oven, television, speaker, volume, camera, brightness, air conditioning, alarm system",
    "turn on, turn off, switch on, switch off, dim, brighten, start, stop, open, close, lock, unlock, set, change, raise, lower, connect, mute, increase, decrease, reduce, make brighter",
    "does not react, is too bright, is too dark, is too loud, makes a strange noise, leaks, is offline, does not turn on, smells burnt, is stuck, is too cold, is too warm",
    "temperature, colour, brightness, power consumption, setting, status, battery level",
    """
    turn the lights off in the kitchen
    make it a bit warmer in here
    make the bedroom lights blue
    clean the living room floor
    make me a coffee
    turn down the volume
    turn it up
    be quiet for an hour
    it is too dark in here
    did I lock the front door
    start the vacuum cleaner
    switch off the socket
    speak louder please
    """,
)
domain(
    "music and media",
    "song, music, album, playlist, artist, radio, radio station, podcast, episode, audiobook, movie, film, series, video, game, genre, jazz, rock music, lyrics, concert, cinema, book, news, show",
    "play, pause, stop, skip, repeat, shuffle, like, save, find, download, recommend, add, resume, rate, rewind, delete, share, watch, listen to, search for, turn on",
    "does not play, stops all the time, is not available, has no sound, is out of sync, was removed, is the wrong one, is not in my country",
    "name, artist, title, length, year, rating, genre, director, release date, showtime",
    """
    what is this song called
    who sings this
    play some jazz
    play the next episode
    put this on my playlist
    I love this song
    I do not like this one skip it
    play something relaxing
    what movies are on tonight
    is there a concert near me this weekend
    go on with my audiobook
    start the next chapter
    play my favourite radio station
    let us play a game
    shuffle my music
    recommend a good film
    what is in the news today
    read me the headlines
    any news about the election
    """,
)
domain(
    "weather and places",
    "weather, forecast, rain, snow, temperature, wind, storm, sun, umbrella, sunrise, humidity, restaurant, pizza place, pharmacy, supermarket, petrol station, museum, bar, cafe, park, directions, route, map, traffic, parking space, shop, hospital, gym, distance, location",
    "check, show, find, tell me, look up, get, recommend, search for, reach, compare, share, avoid, locate",
    "is closed, is wrong, is too far, is full, has bad reviews, was not as forecast, is blocked by roadworks",
    "opening hours, address, distance, rating, temperature, menu, price range, phone number, forecast",
    """
    will it rain tomorrow
    do I need a coat today
    how cold is it outside
    what is the weather like in Paris this weekend
    is it going to snow on Sunday
    when does the sun set
    find an Italian restaurant near here
    what are good places to eat in town
    is the supermarket still open
    how do I get to the central station
    how long does it take to drive to Hamburg
    where am I
    share where I am with Tom
    where is my car parked
    what is there to see in Lisbon
    any fun things to do tonight
    does it take reservations
    book a table at seven for four people
    how are the reviews of this restaurant
    how busy is it there
    """,
)
domain(
    "food and cooking",
    "recipe, dinner, pizza, pasta, chicken, rice, cake, soup, salad, bread, milk, coffee, meal, breakfast, takeaway, ingredients, sushi, burger, vegetables, cheese, allergy, diet, calories, shopping list, wine, egg, steak, spices, butter, oil",
    "cook, bake, order, eat, make, freeze, reheat, replace, buy, add to the list, take off the list, try, boil, grill, deliver, keep fresh, substitute, serve",
    "is cold, is burnt, has gone bad, was not delivered, is too salty, contains nuts, tastes strange, is raw inside, is missing from the order",
    "calories, cooking time, ingredients, temperature, price, allergens, shelf life, sugar, vitamins, recipe, nutrition",
    """
    how long do I have to boil an egg
    how many calories are in a banana
    what can I cook with chicken and rice
    order a pepperoni pizza
    can I use oil instead of butter
    how long does chicken keep in the fridge
    what is on my shopping list
    put milk and eggs on the list
    give me a recipe for pancakes
    is it healthy to eat so much sugar
    when will my food be here
    does this restaurant deliver
    what can I make for dinner tonight
    at what heat do I roast potatoes
    how hot should the oven be
    """,
)
domain(
    "lists and messages",
    "list, to-do list, task, note, email, message, text, contact, phone call, inbox, voice message, address book, attachment, group chat, tweet, post, photo, comment, shopping list, status",
    "send, read, write, delete, reply to, forward, answer, make, add, remove, show, check, clear, create, archive, call, share, post, search, open, empty, block",
    "was not sent, did not arrive, is empty, went to spam, cannot be opened, was deleted by mistake, is too large, is in the wrong place",
    "sender, subject, phone number, address, date, content, length, number of items",
    """
    do I have new mail
    any new emails from my boss
    send an email to Laura about the report
    reply that I will be late
    text my brother that I am on my way
    call dad
    what is Peter's phone number
    read my last message
    add call the plumber to my to-do list
    cross milk off the list
    make a new list
    what lists do I have
    remove everything from my list
    tweet this to the company
    post a complaint to the airline
    add this address to my contacts
    """,
)
domain(
    "assistant and small talk",
    "joke, name, language, voice, accent, age, hobby, story, fact, question, answer, conversation, mode, speed, secret, job, dream, pet",
    "tell me, change, repeat, explain, translate, spell, define, understand, guess, speak, answer, remember, say, learn",
    "makes no sense, is not what I meant, is boring, is too fast, was wrong",
    "meaning, name, definition, spelling, translation, synonym",
    """
    tell me a joke
    how old are you
    where do you come from
    are you a robot
    what is your name
    what can you do
    who made you
    do you have any pets
    what are your hobbies
    talk more slowly
    say that again please
    what does that word mean
    how do you say good morning in French
    how do you spell necessary
    roll the dice
    flip a coin
    pick a number between one and ten
    what is the meaning of life
    who is the president of France
    how tall is Mount Everest
    what is the population of Sweden
    when was Mozart born
    what is fifteen percent of eighty
    what is the square root of nine
    how many kilometres are in a mile
    how many euros is twenty dollars
    what is the exchange rate of the yen
    what is the share price of the car maker
    that was wrong
    no that is not what I said
    yes that is right
    never mind forget it
    I am bored
    call me by another name
    change your language to German
    that is enough stop
    can you keep a secret
    tell me something interesting
    describe what an atom is
    who won the game last night
    """,
)
domain(
    "car and vehicle",
    "car, engine, tyre, tyres, oil, oil change, battery, brakes, petrol, gas, fuel, driving licence, parking ticket, toll, garage, bike, electric car, charging station, mileage, windscreen, registration, inspection, jump start, tyre pressure, warning light",
    "repair, change, check, charge, park, buy, sell, rent, register, insure, refuel, tow, service, start, schedule, replace, jump",
    "does not start, makes a strange noise, is flat, is empty, broke down, was towed, leaks, is overheating, needs a service, has a crack, was scratched, is low",
    "mileage, price, fuel type, tyre pressure, range, fuel level, service date, octane, consumption",
    """
    when is my car due for service
    how much petrol do I have left
    what kind of fuel does this car need
    how do I change a flat tyre
    how do I jump start the battery
    the engine light came on
    is there enough air in my tyres
    book my car in for an oil change
    """,
)
domain(
    "health, school and public services",
    "appointment, doctor, prescription, vaccine, vaccination, test result, fever, pain, medicine, dentist, hospital, school, course, exam, grade, application, passport, permit, tax card, library book, kindergarten, rubbish collection, street light, pothole, parking permit, benefit, form, certificate, residence permit, child benefit",
    "book, cancel, move, renew, apply for, register for, get, report, order, pick up, fill in, send in, extend, refill, appeal, change, sign up for, need",
    "is lost, was rejected, has not come, is overdue, hurts, is broken, was not collected, has expired, is wrong, takes too long, got worse, is full",
    "opening hours, waiting time, fee, deadline, requirements, side effects, address, dose, documents, result",
    """
    I need to see a doctor today
    how do I renew my passport
    when is the rubbish collected
    there is a big hole in the road
    my child is ill and cannot come to school
    where do I get a parking permit
    how long is the waiting list
    can I get my prescription refilled
    who can be vaccinated
    when do I get my exam results
    how do I apply for a residence permit
    """,
)
